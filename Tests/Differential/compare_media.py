#!/usr/bin/env python3
"""Compares the media that `weflow` exports of a generated account with that account's truth.json, file by file.

    compare_media.py WEFLOW GENERATOR_FOLDER ACCOUNT_OUT [ACCOUNT_OUT ...]

GENERATOR_FOLDER holds cdn.py, which plays the media network for the stickers. Prints one line per account and every
difference; exits 1 where there is any.
"""
import collections
import hashlib
import json
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

MISSING = "not downloaded by WeChat"


class Network:
    """cdn.py on the port that the account's stickers name, and what it was asked for."""

    def __init__(self, generator, out, port):
        self.requests = []
        self.process = subprocess.Popen(
            [sys.executable, os.path.join(generator, "cdn.py"), out, "--port", str(port)],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            if self.process.poll() is not None:
                sys.exit(f"port {port} is taken")
            threading.Event().wait(.05)

    def read(self):
        for line in self.process.stdout:
            # Its threads print at once, so that a line may hold two requests.
            self.requests += re.findall(r"/\S+", line)

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.thread.join()


class Account:
    def __init__(self, weflow, generator, out, scratch):
        self.weflow, self.generator, self.scratch = weflow, generator, scratch
        self.out = os.path.abspath(out)
        self.keys = json.load(open(os.path.join(out, "keys.json")))
        self.truth = json.load(open(os.path.join(out, "truth.json")))
        self.differences, self.outcomes = 0, collections.Counter()
        self.env = {k: v for k, v in os.environ.items() if not k.startswith(("WEFLOW_", "XDG_"))}
        for name in ("CONFIG", "STATE", "DATA", "CACHE"):
            self.env[f"XDG_{name}_HOME"] = os.path.join(scratch, name.lower())
        self.export = os.path.join(scratch, "data", "weflow", "api-media")
        self.env["WEFLOW_ACCOUNT"] = os.path.join(
            self.out, "xwechat_files", os.path.basename(self.keys["account"]))
        if self.keys["databaseKey"]:
            self.env["WEFLOW_KEY"] = self.keys["databaseKey"]
        self.give(self.keys["imageAesKey"], str(self.keys["imageXorKey"]))
        stickers = [row["rawContent"] for rows in self.truth["messages"].values() for row in rows
                    if row.get("media", {}).get("kind") == "emoji"]
        found = re.search(r"http://127\.0\.0\.1:(\d+)/", "".join(stickers[:1]))
        self.port = int(found[1]) if found else 5999

    def give(self, key, xor):
        for name, value in (("WEFLOW_IMAGE_KEY", key), ("WEFLOW_IMAGE_XOR_KEY", xor)):
            self.env.pop(name, None)
            if value:
                self.env[name] = value

    def allow(self, hosts):
        folder = os.path.join(self.scratch, "config", "weflow")
        os.makedirs(folder, exist_ok=True)
        path = os.path.join(folder, "config.json")
        json.dump({"mediaHosts": hosts}, open(path, "w"))
        os.chmod(path, 0o600)

    def differ(self, text):
        self.differences += 1
        if self.differences <= 20:
            print(f"  {text}")

    def messages(self, talker, *arguments):
        done = subprocess.run(
            [self.weflow, "messages", talker, "--limit", "0", "--order", "asc", *arguments], env=self.env,
            capture_output=True)
        if done.returncode:
            self.differ(f"weflow messages {talker}: exit {done.returncode}: {done.stderr.decode().strip()}")
            return {"messages": [], "media": {}}, ""
        return json.loads(done.stdout), done.stderr.decode()

    def rows(self, talker):
        rows = self.truth["messages"][talker]
        return sorted(rows, key=lambda r: (r["createTime"] * 1000, r["createTime"], r["localId"], r["shard"]))

    def wanted_name(self, row, first_voices):
        """A voice whose local id an earlier one in another shard has carries its time in its name."""
        name = row["media"]["name"]
        if row["media"]["kind"] == "voice" and first_voices[row["localId"]] != (row["createTime"], row["shard"]):
            return f"voice_{row['localId']}_{row['createTime']}.wav"
        return name

    # --- what is compared ---------------------------------------------------------------------------------------
    def everything(self, count=True):
        for talker in self.truth["messages"]:
            answer, _ = self.messages(talker, "--media")
            rows, got = self.rows(talker), answer["messages"]
            if len(rows) != len(got):
                self.differ(f"{talker}: {len(got)} messages, wanted {len(rows)}")
                continue
            files = sum("mediaType" in message for message in got)
            if answer["media"].get("count") != files:
                self.differ(f"{talker}: media.count {answer['media'].get('count')}, wanted {files}")
            first_voices = {}
            for row in sorted(rows, key=lambda r: (r["createTime"], r["shard"])):
                if row.get("media", {}).get("kind") == "voice":
                    first_voices.setdefault(row["localId"], (row["createTime"], row["shard"]))
            for message, row in zip(got, rows):
                self.one(f"{talker} {row['localId']}", message, row, first_voices, count)

    def one(self, what, message, row, first_voices, count):
        media, error = row.get("media"), message.get("mediaError")
        if not media:
            if error or "mediaType" in message:
                self.differ(f"{what}: has media")
            return
        kind = media["kind"]
        if count:
            self.outcomes[kind, error or "exported"] += 1
        if kind == "image" and "name" not in media:
            if error != MISSING:
                self.differ(f"{what}: missing picture says {error}")
            return
        if error:
            self.differ(f"{what}: {kind}: {error}")
            return
        name = message["mediaFileName"]
        if kind == "emoji":
            md5 = re.search(r' md5="([0-9a-f]{32})"', row["rawContent"])[1]
            wanted, sha = f"{md5}.gif", None
        else:
            wanted, sha = self.wanted_name(row, first_voices), media.get("sha256") or media["pcm_sha256"]
        if name != wanted:
            self.differ(f"{what}: named {name}, wanted {wanted}")
        path = message["mediaLocalPath"]
        body = open(path, "rb").read()
        if kind == "emoji":
            if not body.startswith(b"GIF89a"):
                self.differ(f"{what}: sticker starts {body[:6]!r}")
        elif hashlib.sha256(body[44:] if kind == "voice" else body).hexdigest() != sha:
            self.differ(f"{what}: {kind} has other bytes")
        if message["mediaType"] != kind or not message["mediaUrl"].endswith("/" + path[len(self.export) + 1:]):
            self.differ(f"{what}: {message['mediaType']} {message['mediaUrl']}")
        if (message.get("mediaRendition") == "normal") != (kind == "image"):
            self.differ(f"{what}: rendition {message.get('mediaRendition')}")
        if os.stat(path).st_mode & 0o777 != 0o600 or os.stat(os.path.dirname(path)).st_mode & 0o777 != 0o700:
            self.differ(f"{what}: {path} is open to others")

    def new_messages(self):
        """What `messages new` says of the media of all sessions is what `messages` says of each."""
        done = subprocess.run(
            [self.weflow, "messages", "new", "--since", "20000101", "--limit", "10000", "--media"], env=self.env,
            capture_output=True)
        if done.returncode:
            return self.differ(f"weflow messages new: exit {done.returncode}: {done.stderr.decode().strip()}")
        fields = ("mediaType", "mediaFileName", "mediaUrl", "mediaLocalPath", "mediaRendition", "mediaError")
        key = lambda m: (m["localId"], m["serverId"], m["createTime"])  # noqa: E731
        new = {}
        for message in json.loads(done.stdout)["messages"]:
            new[message["sessionId"], key(message)] = [message.get(f) for f in fields]
        for talker in self.truth["messages"]:
            for message in self.messages(talker, "--media")[0]["messages"]:
                wanted, got = [message.get(f) for f in fields], new.get((talker, key(message)))
                if got != wanted:
                    self.differ(f"{talker} {message['localId']}: messages new says {got}, wanted {wanted}")

    def files(self):
        found = {}
        for folder, _, names in os.walk(self.export):
            for name in names:
                status = os.lstat(os.path.join(folder, name))
                found[os.path.join(folder, name)] = (status.st_ino, status.st_mtime_ns, status.st_ctime_ns)
                if name.startswith("."):
                    self.differ(f"unfinished file {folder}/{name}")
        return found

    def reasons(self):
        """Without a key, and with a wrong one, every V2 picture says so, and nothing else changes."""
        talkers = [t for t, rows in self.truth["messages"].items()
                   if any(r.get("media", {}).get("form") == "v2" for r in rows)]
        wrong = "0123456789abcdef" if self.keys["imageAesKey"] != "0123456789abcdef" else "fedcba9876543210"
        for key, reason in (("", "image key needed"), (wrong, "wrong image key")):
            self.give(key, "")
            shutil.rmtree(self.export)
            for talker in talkers[:3]:
                answer, said = self.messages(talker, "--media", "--no-emoji")
                for message, row in zip(answer["messages"], self.rows(talker)):
                    media = row.get("media", {})
                    wanted = reason if media.get("form") == "v2" else MISSING if (
                        media.get("kind") == "image" and "name" not in media) else None
                    if message.get("mediaError") != wanted:
                        self.differ(f"{talker} {row['localId']}: {message.get('mediaError')}, wanted {wanted}")
                if reason not in said:
                    self.differ(f"{talker}: stderr does not say {reason}: {said}")
        self.give(self.keys["imageAesKey"].encode().hex(), "")
        self.everything(count=False)
        self.give(self.keys["imageAesKey"], str(self.keys["imageXorKey"]))

    def run(self):
        self.allow([f"http://127.0.0.1:{self.port}"])
        network = Network(self.generator, self.out, self.port)
        try:
            self.everything()
            before = self.files()
            asked = len(network.requests)
            self.everything(count=False)
            if self.files() != before:
                self.differ("a second export touched files")
            if len(network.requests) != asked:
                self.differ(f"a second export fetched {len(network.requests) - asked} stickers again")
            self.new_messages()
            if len(set(network.requests)) != len(network.requests):
                self.differ("a sticker was fetched twice")
            self.reasons()
        finally:
            network.stop()
        counts = ", ".join(f"{n} {kind} {what}" for (kind, what), n in sorted(self.outcomes.items()))
        print(f"{self.out}: {self.differences} differences; {counts}")
        return self.differences


class Hostile(Account):
    """A network that hangs, never ends and leads elsewhere: every sticker is given up in time."""

    TALKER = "wxid_friend"

    def __init__(self, weflow, generator, scratch, port):
        self.weflow, self.generator, self.scratch, self.port = weflow, generator, scratch, port
        self.differences = 0
        self.env = {k: v for k, v in os.environ.items() if not k.startswith(("WEFLOW_", "XDG_"))}
        for name in ("CONFIG", "STATE", "DATA", "CACHE"):
            self.env[f"XDG_{name}_HOME"] = os.path.join(scratch, name.lower())
        self.export = os.path.join(scratch, "data", "weflow", "api-media")
        self.out = self.env["WEFLOW_ACCOUNT"] = os.path.join(scratch, "wxid_me_ab12")
        os.makedirs(os.path.join(self.out, "db_storage", "message"))
        os.makedirs(os.path.join(self.out, "cdn"))

    def write(self, urls):
        store = sqlite3.connect(os.path.join(self.out, "db_storage", "message", "message_0.db"))
        table = "Msg_" + hashlib.md5(self.TALKER.encode()).hexdigest()
        store.execute("CREATE TABLE Name2Id(user_name TEXT PRIMARY KEY)")
        store.execute(f"CREATE TABLE [{table}](local_id INTEGER PRIMARY KEY, server_id INTEGER, local_type INTEGER,"
                      " sort_seq INTEGER, real_sender_id INTEGER, create_time INTEGER, message_content TEXT)")
        for number, url in enumerate(urls, 1):
            md5 = hashlib.md5(url.encode()).hexdigest()
            store.execute(f"INSERT INTO [{table}] VALUES(?,?,47,?,0,?,?)", (
                number, number, number, number, f'<msg><emoji md5="{md5}" cdnurl="{url}" /></msg>'))
        store.commit()

    def run(self):
        elsewhere = socket.socket()
        elsewhere.bind(("127.0.0.1", 0))
        elsewhere.listen()
        elsewhere.settimeout(0)
        here, there = (f"http://127.0.0.1:{port}" for port in (self.port, elsewhere.getsockname()[1]))
        self.write([f"{here}/slow", f"{here}/huge", f"{here}/redirect?to={there}/emoji/a.gif",
                    f"{here}/redirect?to={here}/redirect", f"{there}/emoji/b.gif", "http://127.0.0.1/c.gif",
                    "http://localhost/d.gif", "http://example.com/e.gif", "file:///etc/passwd", f"{here}/none.gif"])
        self.allow([here])
        network, start = Network(self.generator, self.out, self.port), time.monotonic()
        try:
            answer, _ = self.messages(self.TALKER, "--media")
        finally:
            network.stop()
        for message in answer["messages"]:
            wanted = "expired on the network" if "/none.gif" in message["rawContent"] else "unreachable"
            if message.get("mediaError") != wanted:
                self.differ(f"{message['rawContent']}: {message.get('mediaError')}")
        if time.monotonic() - start > 60:
            self.differ(f"given up after {time.monotonic() - start:.0f} s")
        try:
            elsewhere.accept()
            self.differ("a host that is not allowed was called")
        except BlockingIOError:
            pass
        self.files()
        print(f"hostile network: {self.differences} differences, {time.monotonic() - start:.0f} s")
        return self.differences


def main():
    weflow, generator, outs = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]), sys.argv[3:]
    with tempfile.TemporaryDirectory() as scratch:
        total = Hostile(weflow, generator, scratch, 5999).run()
    for out in outs:
        with tempfile.TemporaryDirectory() as scratch:
            total += Account(weflow, generator, out, scratch).run()
    sys.exit(1 if total else 0)


main()
