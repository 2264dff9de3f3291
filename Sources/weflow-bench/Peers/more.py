#!/usr/bin/env python3
"""Plays the client that goes on writing to an account of chats.py.

    more.py HOME CHATS MESSAGES

HOME is the folder with account.json. MESSAGES new messages arrive, spread over CHATS chats of the first shard.
"""
import json
import os
import random
import sys
import time

from sqlcipher3 import dbapi2

home, chats, messages = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
account = json.load(open(os.path.join(home, "account.json")))
path = os.path.join(account["account"], "db_storage", "message", "message_0.db")
db = dbapi2.connect(path, isolation_level=None)
db.execute(f"PRAGMA key=\"x'{account['key']}'\"")
db.execute("PRAGMA journal_mode = wal")
r = random.Random()
tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type='table' AND name LIKE 'Msg\\_%' ESCAPE '\\' ORDER BY name")]
now = int(time.time())
db.execute("BEGIN IMMEDIATE")
for number in range(messages):
    db.execute(f"INSERT INTO [{tables[number % chats]}](server_id,local_type,sort_seq,real_sender_id,create_time,status,message_content) VALUES(?,1,?,1,?,2,?)",
               (r.getrandbits(62), now * 1000 + number, now, f"一条新消息 {number}"))
db.execute("COMMIT")
