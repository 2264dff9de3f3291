#!/usr/bin/env python3
"""Interrupts exports of the moments, and compares what comes of them with an export that was left alone.

    exports.py PYTHON GENERATOR_FOLDER WEFLOW [POSTS]

POSTS (2,000) with all their media, in every format: one export to its end; another that is stopped by Ctrl-C, then
killed, then run to its end. Both folders must hold the same files, byte for byte, but for the time stamp in the
document and in its name; and what was fetched before an interruption must not be fetched again.
"""
import filecmp
import glob
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

python, generator, weflow = sys.argv[1:4]
posts = int(sys.argv[4]) if len(sys.argv) > 4 else 2000
failures = 0


def check(condition, what):
    global failures
    if not condition:
        failures += 1
        print("  wrong:", what, file=sys.stderr)


class Network:
    """cdn.py, and how often it was asked."""

    def __init__(self, out, port):
        self.requests = 0
        self.process = subprocess.Popen([python, f"{generator}/cdn.py", out, "--port", str(port)],
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        threading.Thread(target=self.read, daemon=True).start()
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.05)

    def read(self):
        for line in self.process.stdout:
            # Its threads print at once, so that a line may hold two requests.
            self.requests += line.count(b"GET")


def files(folder):
    return {os.path.relpath(os.path.join(path, name), folder) for path, _, names in os.walk(folder) for name in names}


def media(folder):
    """Files of media that are complete."""
    return sum(not name.startswith(".") for name in glob.glob("media/*", root_dir=folder))


def is_document(name):
    return os.sep not in name and re.search(r"\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d", name) is not None


def compare(folder, other, what):
    # The document, and the report of what could not be had.
    documents = [sorted(name for name in files(each) if is_document(name)) for each in (folder, other)]
    plain = [[re.sub(r"\d", "0", name) for name in names] for names in documents]
    if plain[0] != plain[1] or not plain[0]:
        return check(False, f"{what}: documents {documents}")
    rest = [files(each) - set(names) for each, names in zip((folder, other), documents)]
    check(rest[0] == rest[1], f"{what}: files differ: {sorted(rest[0] ^ rest[1])[:5]}")
    _, differ, lost = filecmp.cmpfiles(folder, other, rest[0] & rest[1], shallow=False)
    check(not differ and not lost, f"{what}: bytes differ: {(differ + lost)[:5]}")
    for names in zip(*documents):
        texts = [open(os.path.join(each, name), encoding="utf-8").read().splitlines()
                 for each, name in zip((folder, other), names)]
        check(len(texts[0]) == len(texts[1]), f"{what}: lines of {names[0]}")
        lines = [pair for pair in zip(*texts) if pair[0] != pair[1]]
        same = [re.sub(r"\d", "0", a) == re.sub(r"\d", "0", b) for a, b in lines]
        check(len(lines) <= 2 and all(same), f"{what}: {names[0]} differs: {lines[:3]}")
    return len(rest[0]), sum(os.path.getsize(os.path.join(folder, name)) for name in files(folder))


def main():
    seed = random.randrange(1 << 32)
    print(f"seed of the interruptions: {seed}")
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as scratch, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        out = os.path.join(scratch, "account")
        subprocess.run([python, f"{generator}/make_account.py", out, "--seed", "6", "--keys", "raw", "--messages", "50",
                        "--moments", str(posts), "--cdn-port", str(port)], check=True, stdout=subprocess.DEVNULL)
        keys = json.load(open(f"{out}/keys.json"))
        network = Network(out, port)
        env = {k: v for k, v in os.environ.items() if not k.startswith(("WEFLOW_", "XDG_"))}
        env |= {"WEFLOW_ACCOUNT": glob.glob(f"{out}/xwechat_files/wxid_*")[0], "WEFLOW_KEY": keys["databaseKey"]}
        for name in ("CONFIG", "STATE", "DATA", "CACHE"):
            env[f"XDG_{name}_HOME"] = os.path.join(scratch, name.lower())
        os.makedirs(f"{scratch}/config/weflow")
        with open(f"{scratch}/config/weflow/config.json", "w") as file:
            json.dump({"mediaHosts": [f"http://127.0.0.1:{port}"]}, file)

        def start(format, folder):
            shutil.rmtree(env["XDG_CACHE_HOME"], ignore_errors=True)
            return subprocess.Popen([weflow, "sns", "export", "--output-dir", folder, "--format", format,
                                     "--export-media"], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

        for format in ("json", "html", "arkmejson"):
            whole, parts = (os.path.join(scratch, f"{format}-{name}") for name in ("whole", "parts"))
            before, begin = network.requests, time.monotonic()
            process = start(format, whole)
            answer = json.loads(process.communicate()[0])
            seconds = time.monotonic() - begin
            time.sleep(0.2)
            all_media, asked = media(whole), network.requests - before
            check(answer["postCount"] == posts and answer["mediaCount"] > 0, f"{format}: {answer}")
            for number, kill in enumerate((signal.SIGINT, signal.SIGKILL)):
                goal = all_media * (number + chance.random()) / 3
                process = start(format, parts)
                while process.poll() is None and media(parts) < goal:
                    time.sleep(0.002)
                process.send_signal(kill)
                _, said = process.communicate()
                check(process.returncode == (130 if kill == signal.SIGINT else -9),
                      f"{format}: interrupted: {process.returncode} {said[-200:]}")
                check(not [name for name in files(parts) if is_document(name)], f"{format}: a document of a part")
            process = start(format, parts)
            resumed = json.loads(process.communicate()[0])
            time.sleep(0.2)
            again = network.requests - before - 2 * asked
            # Five are on their way at a time; what could not be had is asked for anew.
            missing = answer.get("missingCount", 0)
            check(again <= 2 * (5 + missing), f"{format}: {again} requests more than one export of {asked} needs")
            for member in ("success", "postCount", "mediaCount", "missingCount"):
                check(resumed.get(member) == answer.get(member), f"{format}: {member}: {resumed} instead of {answer}")
            found = compare(whole, parts, format)
            print(f"{format}: {posts} posts, {all_media} media, {missing} missing, {found} files and bytes, whole in {seconds:.1f} s; "
                  f"{again} requests more after two interruptions")
        network.process.terminate()
    print("exports: " + (f"{failures} wrong" if failures else "all as they must be"))
    sys.exit(1 if failures else 0)


main()
