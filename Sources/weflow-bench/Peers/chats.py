#!/usr/bin/env python3
"""Makes an account of many small chats to search in: the texts of account.py, in tables of their own.

    chats.py CHATS MESSAGES OUT

Each of CHATS chats has MESSAGES messages, in one of three shards, encrypted with a raw key; every tenth chat is a group.
The tables of a shard are filled one after the other, so a chat lies close together.
"""
import json
import os
import random
import sys

import zstandard

from account import SHARDS, START, Shard, Writer, app_of, md5, text_of, write_contacts, write_sessions


def main():
    chats, each, out = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    seed = 20260102
    r = random.Random(seed)
    me = f"wxid_{r.getrandbits(56):014x}"
    key = r.randbytes(32)
    writer = Writer("raw", out, me, "1a2b", key)
    talkers = [f"{10**11 + i}@chatroom" if i % 10 == 9 else f"wxid_{r.getrandbits(64):016x}" for i in range(chats)]
    people = [(me, 1, "my_id", 0, "", "我自己")]
    people += [(t, 2 if t.endswith("@chatroom") else 1, "", 0, "", f"会话{i}") for i, t in enumerate(talkers)]
    compressor = zstandard.ZstdCompressor(level=3)
    members = [t for t in talkers if not t.endswith("@chatroom")][:8]
    last = 0
    for number in range(SHARDS):
        shard = Shard(writer, number)
        own = talkers[number::SHARDS]
        names = [me] + members + own
        names = list(dict.fromkeys(names))
        ids = {u: i for i, u in enumerate(names, 1)}
        shard.db.execute("INSERT INTO TimeStamp VALUES(?)", (START,))
        shard.db.executemany("INSERT INTO Name2Id VALUES(?,?)", [(u, int(u in set(own))) for u in names])
        for talker in own:
            statement, rows, group = shard.chat(talker), [], talker.endswith("@chatroom")
            first = r.randrange(0, 20_000_000)
            for i in range(each):
                when = START + first + i * 97
                last = max(last, when)
                sender = r.choice([me, *members]) if group else (me, talker)[i % 2]
                kind, body, zipped = 1, text_of(r), 0
                if r.random() < .1:
                    kind, body = app_of(r)
                    zipped = 4
                if group and sender != me:
                    body = sender + ":\n" + body
                rows.append((r.getrandbits(62), kind, when * 1000, ids[sender], when, 2 if sender == me else 3, 0,
                             compressor.compress(body.encode()) if zipped else body, None, zipped))
            shard.db.executemany(statement, rows)
        shard.finish()
    write_contacts(writer, people, [me, *members], talkers[9] if chats > 9 else talkers[0])
    write_sessions(writer, seed, people, talkers[0], last)
    with open(os.path.join(out, "account.json"), "w") as f:
        json.dump(dict(account=writer.folder, keys="raw", key=key.hex(), me=me, talker=talkers[0], table="Msg_" + md5(talkers[0]),
                       messages=chats * each, middleStart=START, middleEnd=START, rare="", rareCount=0), f)


main()
