#!/usr/bin/env python3
"""What a Python program does with pictures and voices: sqlcipher3, cryptography and pysilk, C all of them.

    media_peer.py STORE KEY TABLE pictures|voices IMAGE_KEY IMAGE_XOR OUT

Writes each file into OUT and prints its name: pictures decrypted, voices as WAV.
"""
import io
import os
import re
import sys
import time
import wave

import pysilk
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from sqlcipher3 import dbapi2

STORE, KEY, TABLE, TASK, IMAGE_KEY, IMAGE_XOR, OUT = sys.argv[1:8]
NAME = re.compile(rb"[0-9a-f]{32}")
FORMATS = ((b"\xff\xd8\xff", "jpg"), (b"\x89PNG", "png"), (b"GIF8", "gif"))
# XOR of a whole piece at once.
TURNED = bytes(b ^ int(IMAGE_XOR) for b in range(256))


def open_database(name):
    db = dbapi2.connect(f"file:{os.path.join(STORE, 'message', name)}?mode=ro", uri=True, isolation_level=None)
    db.execute(f"PRAGMA key=\"x'{KEY.split(':', 1)[1]}'\"")
    return db


def picture(data):
    head, tail = int.from_bytes(data[6:10], "little"), int.from_bytes(data[10:14], "little")
    decryptor = Cipher(algorithms.AES(IMAGE_KEY.encode()), modes.ECB()).decryptor()
    end = 15 + head + 16 - head % 16
    return decryptor.update(data[15:end])[:head] + data[end:len(data) - tail] + data[len(data) - tail:].translate(TURNED)


def pictures():
    attachments = os.path.join(os.path.dirname(STORE), "msg", "attach", TABLE[4:])
    for when, packed in open_database("message_0.db").execute(
            f"SELECT create_time, packed_info_data FROM {TABLE} WHERE local_type = 3"):
        name = NAME.search(packed).group().decode()
        with open(os.path.join(attachments, time.strftime("%Y-%m", time.localtime(when)), "Img", name + ".dat"), "rb") as f:
            plain = picture(f.read())
        yield f"{name}.{next((e for magic, e in FORMATS if plain.startswith(magic)), 'bin')}", plain


def voices():
    media = open_database("media_0.db")
    for local, server in open_database("message_0.db").execute(f"SELECT local_id, server_id FROM {TABLE} WHERE local_type = 34"):
        silk, = media.execute("SELECT voice_data FROM VoiceInfo WHERE chat_name_id = 1 AND svr_id = ?", (server,)).fetchone()
        pcm, out = io.BytesIO(), io.BytesIO()
        pysilk.decode(io.BytesIO(silk), pcm, 24000)
        with wave.open(out, "wb") as wav:
            wav.setnchannels(1)
            wav.setsampwidth(2)
            wav.setframerate(24000)
            wav.writeframes(pcm.getvalue())
        yield f"voice_{local}.wav", out.getvalue()


os.makedirs(OUT, exist_ok=True)
for file, content in pictures() if TASK == "pictures" else voices():
    with open(os.path.join(OUT, file), "wb") as f:
        f.write(content)
    print(file)
