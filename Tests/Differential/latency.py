#!/usr/bin/env python3
"""Measures how long a message takes from the client's commit to a line of push watch and to a client of the stream.

    latency.py GENERATOR_FOLDER WEFLOW [--chats N] [--count N] [--every SECONDS] [--keys MODE] [--minutes N]

It runs with a Python that has what the generator needs. With --chats the account has so many sessions and tables more.
Beside the times it prints the processor time that a message costs the watcher and the server, what both cost while
nothing happens, and their memory, handles and journal; with --minutes the latter are followed, at a message a second.
"""
import argparse
import hashlib
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

parser = argparse.ArgumentParser()
parser.add_argument("generator")
parser.add_argument("weflow")
parser.add_argument("--chats", type=int, default=0)
parser.add_argument("--count", type=int, default=200)
parser.add_argument("--every", type=float, default=0.05)
parser.add_argument("--idle", type=float, default=20)
parser.add_argument("--minutes", type=float, default=0)
parser.add_argument("--keys", choices=["raw", "kdf", "none"], default="raw")
args = parser.parse_args()
sys.path[:0] = [args.generator, os.path.dirname(os.path.abspath(__file__))]
import wcdb  # noqa: E402
from sqlcipher3 import dbapi2 as sqlcipher  # noqa: E402
from stream import Stream  # noqa: E402

scratch = tempfile.TemporaryDirectory()
account = os.path.join(scratch.name, "account")
subprocess.run([sys.executable, f"{args.generator}/make_account.py", account, "--seed", "5", "--keys", args.keys,
                "--messages", "600"], check=True, stdout=subprocess.DEVNULL)
keys = json.load(open(f"{account}/keys.json"))
store = os.path.join(scratch.name, keys["account"], "db_storage")
master = bytes.fromhex(keys["databaseKey"]) if keys["databaseKey"] else b""
environment = dict(os.environ, WEFLOW_ACCOUNT=os.path.join(scratch.name, keys["account"]),
                   XDG_STATE_HOME=f"{scratch.name}/state", XDG_CONFIG_HOME=f"{scratch.name}/config")
if keys["databaseKey"]:
    environment["WEFLOW_KEY"] = keys["databaseKey"]


def connect(name):
    path = os.path.join(store, name)
    connection = sqlcipher.connect(path, isolation_level=None)
    wcdb.unlock(connection, keys["keys"], master, path)
    connection.execute("PRAGMA journal_mode=wal")
    return connection


def table(talker):
    return "Msg_" + hashlib.md5(talker.encode()).hexdigest()


message, session = connect("message/message_1.db"), connect("session/session.db")
model = message.execute("SELECT name FROM sqlite_master WHERE name GLOB 'Msg_*' AND type='table'").fetchone()[0]
schema = [sql for sql, in message.execute("SELECT sql FROM sqlite_master WHERE tbl_name=? ORDER BY type DESC", (model,)) if sql]
talkers = [f"wxid_latency{number:05}" for number in range(max(args.chats, 20))]
for connection in (message, session):
    connection.execute("BEGIN")
for talker in talkers:
    for sql in schema:
        message.execute(sql.replace(model, table(talker)))
    message.execute("INSERT OR IGNORE INTO Name2Id VALUES(?,1)", (talker,))
    message.execute(f"INSERT INTO [{table(talker)}](server_id,local_type,sort_seq,real_sender_id,create_time,status,message_content)"
                    " VALUES(1,1,1700000000000,1,1700000000,3,'before')")
    session.execute("INSERT INTO SessionTable(username,type,unread_count,summary,last_timestamp,sort_timestamp,last_msg_type)"
                    " VALUES(?,1,0,'before',1700000000,1700000000,1)", (talker,))
for connection in (message, session):
    connection.execute("COMMIT")

committed = {}


def send(number):
    talker, now, text = random.choice(talkers), int(time.time()), f"latency {number}"
    sender = message.execute("SELECT rowid FROM Name2Id WHERE user_name=?", (talker,)).fetchone()[0]
    message.execute("BEGIN IMMEDIATE")
    message.execute(f"INSERT INTO [{table(talker)}](server_id,local_type,sort_seq,real_sender_id,create_time,status,"
                    "message_content) VALUES(?,1,?,?,?,3,?)", (random.randrange(1 << 40, 1 << 62), now * 1000, sender, now, text))
    message.execute("COMMIT")
    committed[text] = time.time()
    session.execute("UPDATE SessionTable SET unread_count=unread_count+1, summary=?, last_timestamp=?, sort_timestamp=?"
                    " WHERE username=?", (text, now, now, talker))


def processor(process):
    fields = open(f"/proc/{process.pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def state(process):
    status = dict(line.split(":", 1) for line in open(f"/proc/{process.pid}/status"))
    return f"{int(status['VmRSS'].split()[0]) / 1024:.1f} MiB, {len(os.listdir(f'/proc/{process.pid}/fd'))} handles"


def journal():
    return sum(os.path.getsize(os.path.join(root, name)) for root, _, names in os.walk(f"{scratch.name}/state")
               for name in names if name == "arrivals")


with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]
token = subprocess.run([args.weflow, "token"], check=True, stdout=subprocess.PIPE, env=environment).stdout.decode().strip()
server = subprocess.Popen([args.weflow, "serve", "--push", "--port", str(port)], stderr=subprocess.DEVNULL, env=environment)
watcher = subprocess.Popen([args.weflow, "push", "watch", "--state", f"{scratch.name}/place"], stdout=subprocess.PIPE,
                           env=environment)
seen = {}


def read():
    for line in watcher.stdout:
        now = time.time()
        seen[json.loads(line)["content"]] = now


threading.Thread(target=read, daemon=True).start()
stream = Stream(port, token)
stream.is_ready.wait()
while not os.path.exists(f"{scratch.name}/place"):
    time.sleep(0.05)
send("warm-up")
time.sleep(2)
programs = dict(watcher=watcher, server=server)
before = {name: processor(process) for name, process in programs.items()}
time.sleep(args.idle)
for name, process in programs.items():
    print(f"{name} idle: {100 * (processor(process) - before[name]) / args.idle:.2f} % of a core, {state(process)}")
before = {name: processor(process) for name, process in programs.items()}
for number in range(args.count):
    send(number)
    time.sleep(args.every)
time.sleep(2)
for name, process in programs.items():
    print(f"{name}: {1000 * (processor(process) - before[name]) / args.count:.2f} ms of processor time a message, {state(process)}")
sent = {event["content"]: event["seen"] for event in stream.events}
texts = [f"latency {number}" for number in range(args.count)]
isWhole = all(text in seen and text in sent for text in texts)
print("all arrived" if isWhole else "some are missing")
for name, times in (("line", seen), ("stream", sent)):
    late = sorted(1000 * (times[text] - committed[text]) for text in texts if text in times)
    print(f"commit to {name}: p50 {late[len(late) // 2]:.1f} ms, p99 {late[len(late) * 99 // 100]:.1f} ms, most {late[-1]:.1f} ms")
begin, last = time.time(), 0
before = {name: processor(process) for name, process in programs.items()}
number = args.count
while time.time() < begin + 60 * args.minutes:
    send(number)
    number += 1
    if number % 50 == 0:
        message.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    time.sleep(1)
    if time.time() - last > 300 or time.time() >= begin + 60 * args.minutes:
        last = time.time()
        spent = last - begin
        print(f"after {spent / 60:.0f} min, {number - args.count} messages: " + "; ".join(
            f"{name} {100 * (processor(process) - before[name]) / spent:.2f} %, {state(process)}"
            for name, process in programs.items()) + f"; journal {journal()} bytes", flush=True)
if args.minutes:
    time.sleep(2)
    sent = {event["content"]: event["seen"] for event in stream.events}
    texts = [f"latency {n}" for n in range(number)]
    isWhole = isWhole and all(text in seen and text in sent for text in texts)
    print("all arrived" if isWhole else "some are missing")
stream.stop()
watcher.send_signal(signal.SIGINT)
server.send_signal(signal.SIGTERM)
codes = [watcher.wait(), server.wait()]
sys.exit(0 if isWhole and codes == [0, 0] else f"exit codes {codes}" if isWhole else 1)
