#!/usr/bin/env python3
"""Follows an account that a client writes to, and compares what arrives with what was committed.

    follow.py PYTHON GENERATOR_FOLDER WEFLOW

For every key mode and every way of the writer (one second, late sync, a message taken back) one watcher runs and one
cursor is followed from call to call; a second watcher is killed and started again at random moments, and may repeat.
"""
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time

python, generator, weflow = sys.argv[1:]
failures = 0


def check(condition, what):
    global failures
    if not condition:
        failures += 1
        print("not as committed:", what, file=sys.stderr)


def lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file.read().split("\n")[:-1] if line]


def follow(mode, switches):
    with tempfile.TemporaryDirectory() as scratch:
        account = os.path.join(scratch, "account")
        subprocess.run([python, f"{generator}/make_account.py", account, "--seed", "5", "--keys", mode, "--messages",
                        "600"], check=True, stdout=subprocess.DEVNULL)
        keys = json.load(open(f"{account}/keys.json"))
        environment = dict(os.environ, WEFLOW_ACCOUNT=os.path.join(scratch, keys["account"]),
                           XDG_STATE_HOME=f"{scratch}/state", XDG_CONFIG_HOME=f"{scratch}/config")
        if keys["databaseKey"]:
            environment["WEFLOW_KEY"] = keys["databaseKey"]

        def watch(name):
            with open(f"{scratch}/{name}.jsonl", "a") as output:
                return subprocess.Popen([weflow, "push", "watch", "--since-last", "--state", f"{scratch}/{name}.state"],
                                        stdout=output, env=environment)

        def poll():
            command = [weflow, "messages", "new", "--state", f"{scratch}/poll.state", "--format", "jsonl"]
            output = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=environment).stdout
            return [json.loads(line) for line in output.decode().split("\n") if line]

        poll()
        watchers = {name: watch(name) for name in ("steady", "killed")}
        while not all(os.path.exists(f"{scratch}/{name}.state") for name in watchers):
            time.sleep(0.1)
        isOver = threading.Event()

        def kill():
            while not isOver.wait(random.uniform(0.2, 0.8)):
                watchers["killed"].kill()
                watchers["killed"].wait()
                watchers["killed"] = watch("killed")

        killer = threading.Thread(target=kill)
        killer.start()
        polled = []
        with open(f"{scratch}/committed.jsonl", "w") as output:
            writer = subprocess.Popen([python, f"{generator}/live.py", account, "--count", "60", "--every", "0.05",
                                       *switches], stdout=output)
            while writer.poll() is None:
                polled += poll()
        isOver.set()
        killer.join()
        polled += poll()
        time.sleep(3)
        for watcher in watchers.values():
            watcher.send_signal(signal.SIGINT)
            check(watcher.wait() == 0, f"{mode} {switches}: exit code after SIGINT")

        committed = lines(f"{scratch}/committed.jsonl")
        messages = [row for row in committed if "content" in row]
        revoked = [row["revoked"] for row in committed if "revoked" in row]
        received = [row["serverId"] for row in messages if not row["isSend"]]
        # The message that is taken back may be gone before it is read.
        optional = set(revoked)
        what = f"{mode} {' '.join(switches)}"

        def same(found, wanted, name):
            check([id for id in found if id not in optional] == [id for id in wanted if id not in optional], name)

        steady = lines(f"{scratch}/steady.jsonl")
        new = [event["rawid"] for event in steady if event["event"] == "message.new"]
        check(len(new) == len(set(new)), f"{what}: watched twice")
        same(sorted(new), sorted(received), f"{what}: watched")
        check([event["rawid"] for event in steady if event["event"] == "message.revoke"] == revoked,
              f"{what}: watched revocations")
        killed = lines(f"{scratch}/killed.jsonl")
        new = {event["messageKey"]: event["rawid"] for event in killed if event["event"] == "message.new"}
        same(sorted(new.values()), sorted(received), f"{what}: watched through kills")
        new = [message["serverId"] for message in polled if message["event"] == "message.new"]
        same(sorted(new), sorted(row["serverId"] for row in messages), f"{what}: polled")
        texts = {row["serverId"]: row["content"] for row in messages}
        check(all(message["content"] == texts[message["serverId"]] for message in polled
                  if message["event"] == "message.new"), f"{what}: texts")
        check([message["rawid"] for message in polled if message["event"] == "message.revoke"] == revoked,
              f"{what}: polled revocations")
        print(f"{what}: {len(messages)} committed, {len(steady)} watched, {len(polled)} polled")


for mode in ("kdf", "raw", "none"):
    for switches in ([], ["--same-second"], ["--late"], ["--revoke"], ["--late", "--revoke"]):
        follow(mode, switches)
sys.exit(1 if failures else 0)
