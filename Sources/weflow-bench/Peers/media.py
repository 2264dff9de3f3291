#!/usr/bin/env python3
"""Makes an account of one chat with pictures and voices.

    media.py PICTURES VOICES OUT

Encrypted with a raw key. Pictures have the form of version 2: 60 to 240 KB, of which AES covers the first KB and XOR the
last; voices last 2 to 15 seconds. Both lie where the client keeps them.
"""
import array
import io
import json
import math
import os
import random
import sys
import time

import pysilk
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from account import START, Shard, Writer, field, md5, write_contacts, write_sessions

RATE = 24000
IMAGE_KEY, IMAGE_XOR = "0123456789abcdef", 0x37


def picture(r):
    """The bytes of a picture, as far as anybody looks."""
    return b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\0\0\x01\0\x01\0\0" + r.randbytes(r.randrange(60_000, 240_000)) + b"\xff\xd9"


def sealed(plain):
    head, middle, tail = plain[:1024], plain[1024:-1024], plain[-1024:]
    encryptor = Cipher(algorithms.AES(IMAGE_KEY.encode()), modes.ECB()).encryptor()
    return (b"\x07\x08V2\x08\x07" + (1024).to_bytes(4, "little") * 2 + b"\x01" + encryptor.update(head + b"\x10" * 16) + middle
            + bytes(b ^ IMAGE_XOR for b in tail))


def clip(r):
    """Fifteen seconds of something like speech: syllables of a pitch that wanders, pauses, and noise."""
    samples, phase, pitch = array.array("h"), 0.0, r.uniform(90, 250)
    for i in range(RATE * 15):
        if i % 4800 == 0:
            pitch, loud = min(300, max(80, pitch + r.gauss(0, 20))), r.choice((0, 1, 1, 1))
        phase += 2 * math.pi * pitch / RATE
        shape = math.sin(math.pi * (i % 4800) / 4800) * loud
        value = 6000 * shape * (math.sin(phase) + .5 * math.sin(2 * phase) + .3 * math.sin(5 * phase)) + r.gauss(0, 60)
        samples.append(max(-32768, min(32767, int(value))))
    return samples.tobytes()


def voice(r, clips):
    length = r.randrange(2, 16)
    start = r.randrange(0, 16 - length) * RATE * 2
    silk = io.BytesIO()
    pysilk.encode(io.BytesIO(r.choice(clips)[start:start + length * RATE * 2]), silk, RATE, r.choice([10000, 16000, 25000]), tencent=True)
    return silk.getvalue(), length


def main():
    pictures, voices, out = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    seed = 20260104
    r = random.Random(seed)
    me = f"wxid_{r.getrandbits(56):014x}"
    talker = f"wxid_{r.getrandbits(64):016x}"
    key = r.randbytes(32)
    writer = Writer("raw", out, me, "1a2b", key)
    shard = Shard(writer, 0)
    shard.db.execute("INSERT INTO TimeStamp VALUES(?)", (START,))
    shard.db.executemany("INSERT INTO Name2Id VALUES(?,1)", [(me,), (talker,)])
    statement = shard.chat(talker)
    media = writer.open("message", "media_0.db")
    media.execute("BEGIN")
    media.execute("CREATE TABLE Name2Id(user_name TEXT PRIMARY KEY)")
    media.execute("INSERT INTO Name2Id VALUES(?)", (talker,))
    media.execute("CREATE TABLE VoiceInfo(chat_name_id INTEGER, create_time INTEGER, local_id INTEGER, svr_id INTEGER, "
                  "voice_data BLOB, data_index TEXT DEFAULT '0')")
    media.execute("CREATE INDEX VoiceInfo_INDEX ON VoiceInfo(chat_name_id, svr_id)")
    clips = [clip(r) for _ in range(6)]
    for i in range(pictures + voices):
        when, server = START + i * 60, r.getrandbits(62)
        row = lambda kind, xml, packed: (server, kind, when * 1000, 2, when, 3, 0, xml, packed, 0)  # noqa: E731
        if i < pictures:
            name = f"{r.getrandbits(128):032x}"
            month = time.strftime("%Y-%m", time.localtime(when))
            folder = os.path.join(writer.folder, "msg", "attach", md5(talker), month, "Img")
            os.makedirs(folder, exist_ok=True)
            with open(os.path.join(folder, name + ".dat"), "wb") as f:
                f.write(sealed(picture(r)))
            packed = field(1, 106) + field(2, 14) + field(3, field(4, name.encode()))
            shard.db.execute(statement, row(3, f'<msg><img aeskey="{r.getrandbits(128):032x}" length="1"/></msg>', packed))
        else:
            silk, seconds = voice(r, clips)
            local = shard.db.execute(statement, row(
                34, f'<msg><voicemsg voicelength="{seconds * 1000}" voiceformat="4"/></msg>', None)).lastrowid
            media.execute("INSERT INTO VoiceInfo(chat_name_id,create_time,local_id,svr_id,voice_data) VALUES(1,?,?,?,?)",
                          (when, local, server, silk))
    media.execute("COMMIT")
    writer.turn_to_wal(media)
    media.close()
    shard.finish()
    people = [(me, 1, "my_id", 0, "", "我自己"), (talker, 1, "", 0, "", "朋友")]
    write_contacts(writer, people, [me, talker], talker)
    write_sessions(writer, seed, people, talker, START + 10**7)
    with open(os.path.join(out, "account.json"), "w") as f:
        json.dump(dict(account=writer.folder, keys="raw", key=key.hex(), me=me, talker=talker, table="Msg_" + md5(talker),
                       messages=pictures + voices, middleStart=START, middleEnd=START, rare="", rareCount=0,
                       imageKey=IMAGE_KEY, imageXor=IMAGE_XOR), f)


main()
