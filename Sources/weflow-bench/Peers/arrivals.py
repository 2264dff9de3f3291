#!/usr/bin/env python3
"""Measures how long a message takes from the client's commit to a line of `push watch` and to a client of the stream.

    arrivals.py WEFLOW FOLDER [--chats N] [--count N] [--every SECONDS] [--idle SECONDS] [--minutes N]

It makes an account of N chats in FOLDER, which must not be there yet, plays the client that writes to it, and prints an
object: milliseconds from commit to line and event, processor time that a message costs the watcher and the server, and
what both cost while nothing happens, in percent of a core. A time may be negative: the log is read before the client
learns that its commit is safe. With --minutes it goes on at a message a second, and says every five minutes on standard
error what memory, handles and journal came to.
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
import threading
import time
import urllib.request

from sqlcipher3 import dbapi2

parser = argparse.ArgumentParser()
parser.add_argument("weflow")
parser.add_argument("folder")
parser.add_argument("--chats", type=int, default=20)
parser.add_argument("--count", type=int, default=200)
parser.add_argument("--every", type=float, default=0.05)
parser.add_argument("--idle", type=float, default=10)
parser.add_argument("--minutes", type=float, default=0)
args = parser.parse_args()
r = random.Random(1)
me, key = "wxid_owner00000000", r.randbytes(32)
home = os.path.join(args.folder, f"{me}_ab12")
talkers = [f"wxid_chat{number:05}" for number in range(args.chats)]
MESSAGE = """(local_id INTEGER PRIMARY KEY AUTOINCREMENT, server_id INTEGER, local_type INTEGER, sort_seq INTEGER,
real_sender_id INTEGER, create_time INTEGER, status INTEGER, upload_status INTEGER, download_status INTEGER,
server_seq INTEGER, origin_source INTEGER, source TEXT, message_content TEXT, compress_content TEXT,
packed_info_data BLOB, WCDB_CT_message_content INTEGER DEFAULT NULL, WCDB_CT_source INTEGER DEFAULT NULL)"""
INDEXES = (("SENDERID", "real_sender_id"), ("SERVERID", "server_id"), ("SORTSEQ", "sort_seq"),
           ("TYPE_SEQ", "local_type, sort_seq"))


def database(name):
    """A new database, filled in one transaction."""
    path = os.path.join(home, "db_storage", name)
    os.makedirs(os.path.dirname(path), mode=0o700)
    db = dbapi2.connect(path, isolation_level=None)
    db.execute(f"PRAGMA key=\"x'{key.hex()}'\"")
    db.execute("PRAGMA journal_mode=wal")
    db.execute("BEGIN")
    return db


contact, message, session = (database(f"{name}/{name}{end}.db") for name, end in
                             (("contact", ""), ("message", "_0"), ("session", "")))
contact.execute("CREATE TABLE contact(id INTEGER PRIMARY KEY, username TEXT, local_type INTEGER, alias TEXT, remark TEXT,"
                " nick_name TEXT, big_head_url TEXT, small_head_url TEXT)")
contact.executemany("INSERT INTO contact(username,local_type,alias,remark,nick_name) VALUES(?,1,'','',?)",
                    [(username, username[5:]) for username in [me] + talkers])
message.execute("CREATE TABLE Name2Id(user_name TEXT PRIMARY KEY, is_session INTEGER)")
session.execute("CREATE TABLE SessionTable(username TEXT PRIMARY KEY, type INTEGER, unread_count INTEGER, is_hidden INTEGER,"
                " summary TEXT, status INTEGER, last_timestamp INTEGER, sort_timestamp INTEGER, last_msg_type INTEGER)")
tables = {}
for number, talker in enumerate(talkers, 1):
    tables[talker] = table = "Msg_" + hashlib.md5(talker.encode()).hexdigest()
    message.execute(f"CREATE TABLE {table}{MESSAGE}")
    for name, columns in INDEXES:
        message.execute(f"CREATE INDEX {table}_{name} ON {table}({columns})")
    message.execute("INSERT INTO Name2Id VALUES(?,1)", (talker,))
    message.execute(f"INSERT INTO {table}(server_id,local_type,sort_seq,real_sender_id,create_time,status,message_content)"
                    " VALUES(?,1,1700000000000,?,1700000000,3,'before')", (number, number))
    session.execute("INSERT INTO SessionTable(username,type,unread_count,summary,last_timestamp,sort_timestamp,last_msg_type)"
                    " VALUES(?,1,0,'before',1700000000,1700000000,1)", (talker,))
for db in (contact, message, session):
    db.execute("COMMIT")
committed, lines, events = {}, {}, {}


def send(number):
    sender = r.randrange(len(talkers))
    talker, now, text = talkers[sender], int(time.time()), f"message {number}"
    message.execute("BEGIN IMMEDIATE")
    message.execute(f"INSERT INTO {tables[talker]}(server_id,local_type,sort_seq,real_sender_id,create_time,status,"
                    "message_content) VALUES(?,1,?,?,?,3,?)", (r.randrange(1 << 40, 1 << 62), now * 1000, sender + 1, now, text))
    message.execute("COMMIT")
    committed[text] = time.time()
    session.execute("UPDATE SessionTable SET unread_count=unread_count+1, summary=?, last_timestamp=?, sort_timestamp=?"
                    " WHERE username=?", (text, now, now, talker))


def follow(file, prefix, seen):
    for line in file:
        now = time.time()
        if line.startswith(prefix):
            seen[json.loads(line[len(prefix):]).get("content")] = now


def processor(process):
    fields = open(f"/proc/{process.pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def state():
    said = []
    for name, process in programs.items():
        status = dict(line.split(":", 1) for line in open(f"/proc/{process.pid}/status"))
        handles = len(os.listdir(f"/proc/{process.pid}/fd"))
        said.append(f"{name} {int(status['VmRSS'].split()[0]) / 1024:.1f} MiB, {handles} handles")
    said.append(f"journal {os.path.getsize(os.path.join(args.folder, 'state/weflow', me + '_ab12', 'arrivals'))} bytes")
    return "; ".join(said)


def cost(seconds, work):
    """Processor seconds that each program spends while the work is done."""
    before = {name: processor(process) for name, process in programs.items()}
    work()
    time.sleep(seconds)
    return {name: processor(process) - before[name] for name, process in programs.items()}


def burst():
    for number in range(args.count):
        send(number)
        time.sleep(args.every)


def quantiles(seen):
    late = sorted(1000 * (seen[text] - committed[text]) for text in committed if text in seen)
    return dict(median=late[len(late) // 2], p99=late[len(late) * 99 // 100], missing=len(committed) - len(late))


environment = {name: value for name, value in os.environ.items() if not name.startswith("WEFLOW_")}
environment.update(WEFLOW_ACCOUNT=home, WEFLOW_KEY=key.hex(), XDG_STATE_HOME=f"{args.folder}/state",
                   XDG_CONFIG_HOME=f"{args.folder}/config")
with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]
token = subprocess.run([args.weflow, "token"], check=True, stdout=subprocess.PIPE, env=environment).stdout.decode().strip()
programs = dict(
    watcher=subprocess.Popen([args.weflow, "push", "watch", "--state", f"{args.folder}/place"], stdout=subprocess.PIPE,
                             env=environment),
    server=subprocess.Popen([args.weflow, "serve", "--push", "--port", str(port)], stderr=subprocess.DEVNULL,
                            env=environment))
try:
    while subprocess.run([args.weflow, "health", "--url", f"http://127.0.0.1:{port}"], stdout=subprocess.DEVNULL,
                         stderr=subprocess.DEVNULL).returncode or not os.path.exists(f"{args.folder}/place"):
        time.sleep(0.1)
    request = urllib.request.Request(f"http://127.0.0.1:{port}/api/v1/push/messages",
                                     headers={"Authorization": f"Bearer {token}"})
    stream = urllib.request.urlopen(request)
    stream.readline()
    threading.Thread(target=follow, args=(programs["watcher"].stdout, b"", lines), daemon=True).start()
    threading.Thread(target=follow, args=(stream, b"data: ", events), daemon=True).start()
    send("to begin with")
    time.sleep(2)
    committed.clear()
    idle = cost(args.idle, lambda: None)
    busy = cost(2, burst)
    report = dict(line=quantiles(lines), stream=quantiles(events),
                  idle={name: 100 * spent / args.idle for name, spent in idle.items()},
                  message={name: 1000 * spent / args.count for name, spent in busy.items()})
    begin, said, number = time.time(), 0, args.count
    while time.time() < begin + 60 * args.minutes:
        if time.time() > said + 300:
            said = time.time()
            print(f"after {(said - begin) / 60:.0f} min, {number - args.count} messages: {state()}", file=sys.stderr, flush=True)
        send(number)
        number += 1
        if number % 60 == 0:
            message.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        time.sleep(1)
    if args.minutes:
        time.sleep(2)
        print(f"at the end: {state()}", file=sys.stderr)
        report.update(line=quantiles(lines), stream=quantiles(events))
    print(json.dumps(report))
finally:
    for process in programs.values():
        process.send_signal(signal.SIGTERM)
        process.wait()
