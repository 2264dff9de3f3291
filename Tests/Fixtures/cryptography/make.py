#!/usr/bin/env python3
"""Writes vectors.txt, against which the tests hold our cryptography: python3 make.py > vectors.txt

Everything is computed by Python's hashlib, hmac and by the package `cryptography` (50.0.2 when the file was made), which
calls OpenSSL; nothing of it is ours. The inputs are not stored: both sides make them with the same small generator.
"""
import hashlib
import hmac

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes


def data(count, seed):
    """Bytes that look random; `ReferenceVectors.bytes(_:seed:)` makes the same."""
    state = (seed * 0x9E3779B97F4A7C15 & (1 << 64) - 1) | 1
    out = bytearray()
    for _ in range(count):
        state ^= state << 13 & (1 << 64) - 1
        state ^= state >> 7
        state ^= state << 17 & (1 << 64) - 1
        out.append(state >> 32 & 255)
    return bytes(out)


def cbc(key, iv, plain):
    encryptor = Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor()
    return encryptor.update(plain) + encryptor.finalize()


def short(sealed):
    return hashlib.sha256(sealed).hexdigest()


long = data(100_000, 70)
for length in [*range(131), 183, 184, 247, 248, 1000, 4096, 65_537, 100_000]:
    print("digest", length, hashlib.md5(long[:length]).hexdigest(), hashlib.sha256(long[:length]).hexdigest())

for size in (16, 32):
    for blocks in [*range(1, 41), 64, 251, 1000]:
        print("aes", size, blocks, short(cbc(data(size, 71), data(16, 72), data(16 * blocks, 73))))

message = data(4200, 30)
for length in [*range(261), 1023, 1024, 4016, 4020, 4032, 4036, 4096, 4200]:
    tag = hmac.new(message[:length % 200], message[:length], "sha512").hexdigest()
    print("hmac", length, length % 200, tag[:32])

for count in range(1, 19):
    password = data(32 if count % 2 == 0 else 7 * count, 40)
    keys = [hashlib.pbkdf2_hmac("sha512", password, data(16, 50 + i), 1 + count % 5, 32) for i in range(count)]
    print("pbkdf2", count, short(b"".join(keys)))

for number in [*range(1, 21), 70_000, 0x01020304, 0xFFFFFFFF]:
    salt = data(16, 3) if number == 1 else b""
    plain = data(4016 - len(salt), number + 10)
    iv = data(16, number + 20)
    body = cbc(data(32, 1), iv, plain)
    tag = hmac.new(data(32, 2), body + iv + number.to_bytes(4, "little"), "sha512").digest()
    print("page", number, short(salt + body + iv + tag))

# The file of remembered keys, by the letter of the article "Key forms".
head = b"weflow page keys 2\n"
derived = hmac.new(bytes([5] * 32), b"weflow page key cache", "sha512").digest()
entries = b"".join(data(16, seed) + data(32, seed + 10) for seed in (80, 81))
sealed = head + data(16, 82) + cbc(derived[:32], data(16, 82), entries)
print("keys", (sealed + hmac.new(derived[32:], sealed, "sha512").digest()).hex())
