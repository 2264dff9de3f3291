#!/usr/bin/env python3
"""Follows an account that a client writes to, and compares what arrives with what was committed.

    follow.py PYTHON GENERATOR_FOLDER WEFLOW [MODE...] [--only live|bursts]

For every key mode and every way of the writer (one second, late sync, a message taken back, bursts with checkpoints and
restarts of the client) one watcher runs and one cursor is followed from call to call; a second watcher is killed and
started again at random moments, and may repeat. A server has three clients: one that stays, one that is cut and comes
back with the id it had last, and one that comes back without one. With bursts the server is killed, too.
"""
import collections
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from stream import Stream  # noqa: E402

python, generator, weflow = sys.argv[1:4]
only = sys.argv.pop() if "--only" in sys.argv else ""
modes = [word for word in sys.argv[4:] if word != "--only"] or ["kdf", "raw", "none"]
here = os.path.dirname(os.path.abspath(__file__))
failures = 0


def check(condition, what):
    global failures
    if not condition:
        failures += 1
        print("not as committed:", what, file=sys.stderr)


def lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file.read().split("\n")[:-1] if line]


def difference(found, wanted):
    found, wanted = collections.Counter(found), collections.Counter(wanted)
    return f"missing {sum((wanted - found).values())}, too many {sum((found - wanted).values())}"


class Follower:
    """The programs that follow one account."""

    def __init__(self, scratch, mode, environment, kills_server):
        self.scratch, self.environment = scratch, environment
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.token = subprocess.run([weflow, "token"], check=True, stdout=subprocess.PIPE,
                                    env=environment).stdout.decode().strip()
        self.poll()
        self.server = self.serve()
        self.watchers = {name: self.watch(name) for name in ("steady", "killed", "url")}
        self.streams = [Stream(self.port, self.token), Stream(self.port, self.token, cuts=True),
                        Stream(self.port, self.token, resumes="replay", cuts=True)]
        while not all(os.path.exists(f"{scratch}/{name}.state") for name in ("steady", "killed")):
            time.sleep(0.1)
        for stream in self.streams:
            stream.is_ready.wait()
        time.sleep(0.5)
        self.is_over = threading.Event()
        self.kills_server = kills_server
        self.killer = threading.Thread(target=self.kill)
        self.killer.start()

    def serve(self):
        with open(f"{self.scratch}/serve.log", "a") as log:
            return subprocess.Popen([weflow, "serve", "--push", "--port", str(self.port)], stderr=log, env=self.environment)

    def watch(self, name):
        place = ["--url", f"http://127.0.0.1:{self.port}"] if name == "url" else \
            ["--since-last", "--state", f"{self.scratch}/{name}.state"]
        while name == "url" and subprocess.run([weflow, "health", *place], stdout=subprocess.DEVNULL, env=self.environment,
                                               stderr=subprocess.DEVNULL).returncode:
            time.sleep(0.1)
        with open(f"{self.scratch}/{name}.jsonl", "a") as output:
            return subprocess.Popen([weflow, "push", "watch", *place], stdout=output, env=self.environment)

    def poll(self):
        command = [weflow, "messages", "new", "--state", f"{self.scratch}/poll.state", "--format", "jsonl"]
        output = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=self.environment).stdout
        return [json.loads(line) for line in output.decode().split("\n") if line]

    def kill(self):
        while not self.is_over.wait(random.uniform(0.2, 0.8)):
            self.watchers["killed"].kill()
            self.watchers["killed"].wait()
            self.watchers["killed"] = self.watch("killed")
            if self.kills_server and random.random() < 0.5:
                self.server.kill()
                self.server.wait()
                self.server = self.serve()

    def end(self, what):
        self.is_over.set()
        self.killer.join()
        for stream in self.streams:
            stream.cuts = False
        # Until nothing comes any more, whoever asks every three seconds being back.
        before = None
        while before != (before := [len(stream.events) for stream in self.streams]
                         + [os.path.getsize(f"{self.scratch}/{name}.jsonl") for name in self.watchers]):
            time.sleep(5)
        for stream in self.streams:
            stream.stop()
        for name, watcher in self.watchers.items():
            watcher.send_signal(signal.SIGINT)
            check(watcher.wait() == 0, f"{what}: exit code of {name} after SIGINT")
        self.server.send_signal(signal.SIGTERM)
        check(self.server.wait() == 0, f"{what}: exit code of the server")


def follow(mode, name, writer):
    with tempfile.TemporaryDirectory() as scratch:
        account = os.path.join(scratch, "account")
        subprocess.run([python, f"{generator}/make_account.py", account, "--seed", "5", "--keys", mode, "--messages",
                        "600"], check=True, stdout=subprocess.DEVNULL)
        keys = json.load(open(f"{account}/keys.json"))
        environment = dict(os.environ, WEFLOW_ACCOUNT=os.path.join(scratch, keys["account"]),
                           XDG_STATE_HOME=f"{scratch}/state", XDG_CONFIG_HOME=f"{scratch}/config")
        if keys["databaseKey"]:
            environment["WEFLOW_KEY"] = keys["databaseKey"]
        what = f"{mode} {name}"
        follower = Follower(scratch, mode, environment, kills_server=writer[0].endswith("burst.py"))
        polled = []
        with open(f"{scratch}/committed.jsonl", "w") as output:
            process = subprocess.Popen([python, writer[0], *[account if part == "OUT" else part for part in writer[1:]]],
                                       stdout=output)
            while process.poll() is None:
                polled += follower.poll()
        check(process.returncode == 0, f"{what}: the writer")
        follower.end(what)
        while page := follower.poll():
            polled += page

        committed = lines(f"{scratch}/committed.jsonl")
        messages = [row for row in committed if "content" in row]
        revoked = [row["revoked"] for row in committed if "revoked" in row]
        received = [row["serverId"] for row in messages if not row["isSend"]]
        # The message that is taken back may be gone before it is read.
        optional = set(revoked)

        def same(found, wanted, name):
            found, wanted = ([id for id in ids if id not in optional] for ids in (found, wanted))
            check(sorted(found) == sorted(wanted), f"{what}: {name}: {difference(found, wanted)}")

        def events(found, name, may_repeat=False):
            new = [event["rawid"] for event in found if event["event"] == "message.new"]
            if may_repeat:
                new = list({event["messageKey"]: event["rawid"] for event in found if event["event"] == "message.new"}.values())
            same(new, received, name)
            taken = [event["rawid"] for event in found if event["event"] == "message.revoke"]
            check((list(dict.fromkeys(taken)) if may_repeat else taken) == revoked, f"{what}: {name}: revocations")

        steady = lines(f"{scratch}/steady.jsonl")
        events(steady, "watched")
        events(lines(f"{scratch}/killed.jsonl"), "watched through kills", may_repeat=True)
        events(lines(f"{scratch}/url.jsonl"), "followed through the server")
        for stream, name in zip(follower.streams, ("steady", "cut", "without id")):
            events(stream.events, f"client {name}")
            check(not stream.faults and not stream.gaps, f"{what}: client {name}: {stream.faults[:2]} {stream.gaps} gaps")
        key = {event["messageKey"]: event["rawid"] for event in steady}
        check(all({e["messageKey"]: e["rawid"] for e in stream.events} == key for stream in follower.streams) or optional,
              f"{what}: keys")
        new = [message["serverId"] for message in polled if message["event"] == "message.new"]
        same(new, [row["serverId"] for row in messages], "polled")
        texts = {row["serverId"]: row["content"] for row in messages}
        check(all(message["content"] == texts[message["serverId"]] for message in polled
                  if message["event"] == "message.new"), f"{what}: texts")
        check([message["rawid"] for message in polled if message["event"] == "message.revoke"] == revoked,
              f"{what}: polled revocations")
        print(f"{what}: {len(messages)} committed, {len(steady)} watched, {len(polled)} polled", flush=True)


for mode in modes:
    for switches in [] if only == "bursts" else ([], ["--same-second"], ["--late"], ["--revoke"], ["--late", "--revoke"]):
        follow(mode, "live " + " ".join(switches), [f"{generator}/live.py", "OUT", "--count", "60", "--every", "0.05", *switches])
    for seed in [] if only == "live" else random.sample(range(1000), 2):
        follow(mode, f"bursts of seed {seed}", [f"{here}/burst.py", generator, "OUT", "--seed", str(seed)])
sys.exit(1 if failures else 0)
