#!/usr/bin/env python3
"""What a Python program does with the same store: sqlcipher3, zstandard and json.

    peer.py STORE KEY TABLE ME TASK [ARGUMENT...]

STORE is the `db_storage` folder, KEY is raw:HEX. Tasks:
    export                 prints all messages as JSON lines, shard after shard in the order of their row ids
    between START END      prints those of a span of time, newest first, found by their time
    between-seq START END  the same, found by the index on their sequence, as if that were a time
    sessions, contacts     prints the list as the endpoint gives it
    favorites, articles, files   prints the lists as JSON lines, newest first, their XML read by ElementTree

Where BENCH_REPORT names a file, the seconds without the start of Python go there.
"""
import hashlib
import json
import os
import re
import sys
import time
import xml.etree.ElementTree as ElementTree

import zstandard
from sqlcipher3 import dbapi2

begun = time.perf_counter()
STORE, KEY, TABLE, ME, TASK = sys.argv[1:6]
COLUMNS = "local_id, server_id, local_type, sort_seq, real_sender_id, create_time, message_content"
FRAME = b"\x28\xb5\x2f\xfd"
LABELS = {5: "[链接] ", 6: "[文件] ", 33: "[小程序] "}
TITLE = re.compile("<title>(.*?)</title>", re.S)
UNZIP = zstandard.ZstdDecompressor()


def open_database(*parts):
    db = dbapi2.connect(f"file:{os.path.join(STORE, *parts)}?mode=ro", uri=True, isolation_level=None)
    db.execute(f"PRAGMA key=\"x'{KEY.split(':', 1)[1]}'\"")
    return db


def unescape(text):
    for name, character in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(name, character)
    return text


def message(row, names):
    local, server, kind, sequence, sender_id, when, content = row
    if isinstance(content, bytes) and content[:4] == FRAME:
        content = UNZIP.decompress(content).decode()
    sender = names.get(sender_id, "")
    text = content[len(sender) + 2:] if content.startswith(sender + ":\n") else content
    if kind & 0xFFFFFFFF == 49:
        title = TITLE.search(text)
        text = LABELS.get(kind >> 32, "") + unescape(title.group(1) if title else "")
    return dict(localId=local, serverId=str(server), localType=kind, createTime=when, sortSeq=sequence, isSend=int(sender == ME),
                senderUsername=sender, content=text, rawContent=content, parsedContent=text)


def dump(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def shards():
    for name in ("message_0.db", "message_1.db", "message_2.db"):
        db = open_database("message", name)
        yield db, dict(db.execute("SELECT rowid, user_name FROM Name2Id"))


def contact_names(db):
    return {u: remark or nick or alias or u
            for u, remark, nick, alias in db.execute("SELECT username, remark, nick_name, alias FROM contact")}


def unzipped(content):
    return UNZIP.decompress(content).decode() if isinstance(content, bytes) and content[:4] == FRAME else content


def text(element, path):
    return (element.findtext(path) or "") if element is not None else ""


def favorites():
    names = contact_names(open_database("contact", "contact.db"))
    for server, kind, when, source, content, sender in open_database("favorite", "favorite.db").execute(
            "SELECT server_id, type, update_time, source_id, content, fromusr FROM fav_db_item ORDER BY update_time DESC, local_id DESC"):
        item = ElementTree.fromstring(content)
        parts = [dict(kind=int(p.get("datatype")), title=text(p, "datatitle"), text=text(p, "datadesc"), format=text(p, "datafmt"),
                      size=int(text(p, "fullsize") or 0), md5=text(p, "fullmd5"), url=text(p, "stream_weburl"))
                 for p in item.iterfind("datalist/dataitem")]
        yield dict(id=str(server), kind=kind, time=when, title=text(item, "weburlitem/pagetitle") or text(item, "title"),
                   text=text(item, "weburlitem/pagedesc") or text(item, "desc") or "\n".join(p["text"] for p in parts),
                   url=text(item, "weburlitem/clean_url"), sender=names.get(sender, sender), parts=parts, source=source)


def tables(db):
    names = dict(db.execute("SELECT rowid, user_name FROM Name2Id"))
    known = {row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    for name in names.values():
        table = "Msg_" + hashlib.md5(name.encode()).hexdigest()
        if table in known:
            yield name, table


def articles():
    db = open_database("message", "biz_message_0.db")
    rows = []
    for name, table in tables(db):
        rows += [(when, server, name, content) for when, server, content in
                 db.execute(f"SELECT create_time, server_id, message_content FROM {table} WHERE local_type = {49 | 5 << 32}")]
    rows.sort(key=lambda row: row[:2], reverse=True)
    for when, server, name, content in rows:
        category = ElementTree.fromstring(unzipped(content)).find("appmsg/mmreader/category")
        for position, item in enumerate(category.iterfind("item"), 1):
            yield dict(accountId=name, accountName=text(category, "name"), title=text(item, "title"), digest=text(item, "digest"),
                       url=text(item, "url"), cover=text(item, "cover").split("|")[0], publishedAt=int(text(item, "pub_time")),
                       position=position, serverId=str(server))


def files():
    names = contact_names(open_database("contact", "contact.db"))
    links = {md5: (name, size) for md5, name, size in
             open_database("hardlink", "hardlink.db").execute("SELECT md5, file_name, file_size FROM file_hardlink_info_v4")}
    db = open_database("message", "message_0.db")
    rows = []
    for name, table in tables(db):
        rows += [(when, sequence, local, name, server, content) for local, server, when, sequence, content in db.execute(
            f"SELECT local_id, server_id, create_time, sort_seq, message_content FROM {table} WHERE local_type = {49 | 6 << 32}")]
    rows.sort(key=lambda row: row[:4], reverse=True)
    for when, _, local, name, server, content in rows:
        message = ElementTree.fromstring(unzipped(content)).find("appmsg")
        md5 = text(message, "md5")
        path = os.path.join(os.path.dirname(STORE), "msg", "file", "2023-11", links.get(md5, ("", 0))[0])
        yield dict(sessionId=name, sessionName=names.get(name, name), serverId=str(server), localId=local, createTime=when,
                   fileName=text(message, "title"), fileSize=int(text(message, "appattach/totallen")), fileMd5=md5,
                   state="present" if os.path.isfile(path) else "absent")


def main():
    out = open(1, "w", encoding="utf-8", buffering=1 << 20, closefd=False)
    count = 0
    if TASK == "export":
        for db, names in shards():
            for row in db.execute(f"SELECT {COLUMNS} FROM {TABLE}"):
                out.write(dump(message(row, names)) + "\n")
                count += 1
    elif TASK in ("between", "between-seq"):
        start, end = int(sys.argv[6]), int(sys.argv[7])
        where = "create_time BETWEEN ? AND ?"
        if TASK == "between-seq":
            where, start, end = "sort_seq BETWEEN ? AND ?", start * 1000, end * 1000 + 999
        found = []
        for number, (db, names) in enumerate(shards()):
            found += [(row[3], row[5], row[0], number, row, names)
                      for row in db.execute(f"SELECT {COLUMNS} FROM {TABLE} WHERE {where}", (start, end))]
        found.sort(key=lambda f: f[:4], reverse=True)
        for *_, row, names in found:
            out.write(dump(message(row, names)) + "\n")
        count = len(found)
    elif TASK in ("favorites", "articles", "files"):
        for item in globals()[TASK]():
            out.write(dump(item) + "\n")
            count += 1
    elif TASK == "sessions":
        names = contact_names(open_database("contact", "contact.db"))
        found = [dict(username=u, displayName=names.get(u, u), type=t,
                      sessionType="group" if u.endswith("@chatroom") else "channel" if u.startswith("gh_") else "private",
                      lastTimestamp=last, unreadCount=unread)
                 for u, t, last, unread in open_database("session", "session.db").execute(
                     "SELECT username, type, last_timestamp, unread_count FROM SessionTable ORDER BY sort_timestamp DESC")]
        out.write(dump(dict(success=True, count=len(found), sessions=found)))
        count = len(found)
    elif TASK == "contacts":
        order = {u: -t for u, t in open_database("session", "session.db").execute("SELECT username, sort_timestamp FROM SessionTable")}
        found = []
        for u, kind, alias, remark, nick, big, small in open_database("contact", "contact.db").execute(
                "SELECT username, local_type, alias, remark, nick_name, big_head_url, small_head_url FROM contact"):
            what = "group" if u.endswith("@chatroom") else "official" if u.startswith("gh_") else "friend" if kind == 1 else None
            if what:
                found.append(dict(username=u, displayName=remark or nick or alias or u, remark=remark, nickname=nick, alias=alias,
                                  avatarUrl=big or small, type=what))
        found.sort(key=lambda c: (order.get(c["username"], 0), c["displayName"], c["username"]))
        out.write(dump(dict(success=True, count=len(found), contacts=found)))
        count = len(found)
    else:
        sys.exit(f"{TASK}: no such task")
    out.flush()
    if "BENCH_REPORT" in os.environ:
        with open(os.environ["BENCH_REPORT"], "w") as report:
            report.write(f"{time.perf_counter() - begun:.6f} {count} 0\n")


main()
