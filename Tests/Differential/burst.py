#!/usr/bin/env python3
"""Plays a client that writes in bursts to an account of make_account.py, with all that happens to its logs.

    burst.py GENERATOR_FOLDER OUT [--count N] [--seed N]

Messages come in transactions of one to two hundred rows, to three shards and an official account's; one second may have
many, and some bear an older time. In between the logs are checkpointed in every way, the client quits and starts again,
a new shard and a new table appear, and the sessions' rows are written before, after, or not at all. Prints a line for
each message behind its commit: {"committed", "sessionId", "content", "serverId", "isSend"}.
"""
import argparse
import hashlib
import json
import os
import random
import sys
import time

parser = argparse.ArgumentParser()
parser.add_argument("generator")
parser.add_argument("out")
parser.add_argument("--count", type=int, default=2000)
parser.add_argument("--seed", type=int, default=1)
args = parser.parse_args()
sys.path.insert(0, args.generator)
import wcdb  # noqa: E402
from sqlcipher3 import dbapi2 as sqlcipher  # noqa: E402

keys = json.load(open(os.path.join(args.out, "keys.json")))
truth = json.load(open(os.path.join(args.out, "truth.json")))
store = os.path.join(keys["account"], "db_storage")
master = bytes.fromhex(keys["databaseKey"]) if keys["databaseKey"] else b""
r = random.Random(args.seed)
me = keys["wxid"]
open_ones = {}


def database(name):
    """A connection that stays open between transactions, as the client's do."""
    if name not in open_ones:
        path = os.path.join(store, name)
        is_new = not os.path.exists(path)
        if is_new:
            connection = wcdb.open_database(path, keys["keys"], master)
            connection.execute("CREATE TABLE Timestamp(timestamp INTEGER)")
            connection.execute("CREATE TABLE Name2Id(user_name TEXT PRIMARY KEY, is_session INTEGER)")
        else:
            connection = sqlcipher.connect(path, isolation_level=None)
            wcdb.unlock(connection, keys["keys"], master, path)
            connection.execute("PRAGMA journal_mode=wal")
        connection.execute("PRAGMA wal_autocheckpoint=0")
        connection.execute("PRAGMA busy_timeout=5000")
        open_ones[name] = connection
    return open_ones[name]


def quit_client():
    for connection in open_ones.values():
        connection.close()
    open_ones.clear()


def insert(shard, talker, sender, content, when, number):
    connection = database(shard)
    table = "Msg_" + hashlib.md5(talker.encode()).hexdigest()
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name=?", (table,)).fetchone():
        for sql in model:
            connection.execute(sql.replace("MODEL", table))
        connection.execute("INSERT OR IGNORE INTO Name2Id VALUES(?,1)", (talker,))
    connection.execute("INSERT OR IGNORE INTO Name2Id VALUES(?,1)", (sender,))
    sender_id = connection.execute("SELECT rowid FROM Name2Id WHERE user_name=?", (sender,)).fetchone()[0]
    stored = f"{sender}:\n{content}" if talker in truth["groups"] and sender != me else content
    server_id = r.randrange(1 << 40, 1 << 63)
    connection.execute(
        f"INSERT INTO [{table}](server_id,local_type,sort_seq,real_sender_id,create_time,status,message_content,"
        "WCDB_CT_message_content) VALUES(?,?,?,?,?,?,?,0)",
        (server_id, 1, when * 1000 + number % 1000, sender_id, when, 2 if sender == me else 3, stored))
    return dict(sessionId=talker, content=content, serverId=str(server_id), isSend=int(sender == me))


def touch(talkers):
    session = database("session/session.db")
    session.execute("BEGIN IMMEDIATE")
    for talker in talkers:
        session.execute("UPDATE SessionTable SET unread_count=unread_count+1, last_timestamp=?, sort_timestamp=?"
                        " WHERE username=?", (int(time.time()), int(time.time()), talker))
    session.execute("COMMIT")


def schema():
    """What makes a table of messages, taken from one that is there."""
    connection = database("message/message_1.db")
    name = connection.execute("SELECT name FROM sqlite_master WHERE name GLOB 'Msg_*' AND type='table'").fetchone()[0]
    rows = connection.execute("SELECT sql FROM sqlite_master WHERE tbl_name=? ORDER BY type DESC", (name,))
    return [sql.replace(name, "MODEL") for sql, in rows if sql]


model = schema()
groups = list(truth["groups"])
people = [t for t in truth["messages"] if t.startswith("wxid_")]
officials = [t for t in truth["messages"] if t.startswith("gh_")] or ["gh_news"]
stranger = "wxid_stranger0000"
done = 0
while done < args.count:
    shards = ["message/message_0.db", "message/message_1.db", "message/biz_message_0.db"]
    if done > args.count // 3:
        shards.append("message/message_2.db")
    shard = r.choice(shards)
    talkers = officials if "biz" in shard else groups + people + ([stranger] if done > args.count // 2 else [])
    size = min(args.count - done, r.choice([1, 1, 2, 5, 20, 200]))
    rows = []
    chosen = [r.choice(talkers) for _ in range(size)]
    order = r.choice(["before", "after", "never"]) if shard != shards[2] else "never"
    if order == "before":
        touch(set(chosen))
    connection = database(shard)
    connection.execute("BEGIN IMMEDIATE")
    when = int(time.time()) - r.choice([0, 0, 0, 40 * 86400])
    for talker in chosen:
        others = [m["wxid"] for m in truth["groups"][talker]["members"] if m["wxid"] != me] if talker in groups else [talker]
        sender = me if r.random() < 0.1 and "biz" not in shard else r.choice(others)
        rows.append(insert(shard, talker, sender, f"突发 {done} {r.randrange(10**6)}" + "长" * r.choice([0, 0, 3000]), when, done))
        done += 1
    connection.execute("COMMIT")
    now = time.time()
    for row in rows:
        print(json.dumps(dict(committed=now, **row), ensure_ascii=False), flush=True)
    if order == "after":
        touch(set(chosen))
    if r.random() < 0.3:
        connection.execute(f"PRAGMA wal_checkpoint({r.choice(['PASSIVE', 'FULL', 'RESTART', 'TRUNCATE'])})")
    if r.random() < 0.08:
        quit_client()
        time.sleep(r.choice([0, 0.3]))
    if r.random() < 0.5:
        time.sleep(r.uniform(0, 0.1))
quit_client()
