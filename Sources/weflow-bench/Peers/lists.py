#!/usr/bin/env python3
"""Makes an account of what lies beside messages: favourites, pushes of official accounts, files.

    lists.py FAVORITES PUSHES FILES OUT

Encrypted with a raw key. Every tenth favourite is a note of twenty parts, every tenth a record of ten; a push has one to
eight articles, in fifty accounts; files lie in forty chats, each known to hardlink.db, none of them on the disk.
"""
import json
import os
import random
import sys

import zstandard

from account import START, Shard, Writer, md5, text_of, write_contacts, write_sessions

FAVORITE = """CREATE TABLE fav_db_item(local_id INTEGER PRIMARY KEY AUTOINCREMENT, server_id INTEGER, type INTEGER,
update_seq INTEGER, flag INTEGER, update_time INTEGER, version INTEGER, source_id TEXT, content TEXT, fromusr TEXT,
realchatname TEXT, fromusr_id INTEGER, realchatname_id INTEGER)"""


def escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def noise(r):
    return f"{r.getrandbits(128):032x}"


def part(r, kind, body):
    return (f'<dataitem datatype="{kind}" dataid="{noise(r)}" htmlid="WeNote_{r.randrange(100)}">{body}'
            f"<fullmd5>{noise(r)}</fullmd5><fullsize>{r.randrange(1, 10**7)}</fullsize><cdn_dataurl>{noise(r)}</cdn_dataurl>"
            f"<cdn_datakey>{noise(r)}</cdn_datakey><datafmt>jpg</datafmt></dataitem>")


def favorite(r, i):
    """Type and XML."""
    text = lambda: escaped(text_of(r))  # noqa: E731
    if i % 10 == 0:
        parts = [part(r, 1 if j % 3 else 2, f"<datadesc>{text()}</datadesc>") for j in range(20)]
        return 18, f'<favitem type="18"><datalist count="20">{"".join(parts)}</datalist></favitem>'
    if i % 10 == 1:
        parts = [part(r, 1, f"<datadesc>{text()}</datadesc><datasrcname>{escaped(text_of(r)[:8])}</datasrcname>") for _ in range(10)]
        return 14, f'<favitem type="14"><title>{text()}</title><datalist count="10">{"".join(parts)}</datalist></favitem>'
    if i % 10 < 5:
        return 1, f'<favitem type="1"><desc>{text()}</desc></favitem>'
    return 5, (f'<favitem type="5"><source sourcetype="3"><link>https://example.com/{noise(r)}</link></source><datalist count="1">'
               f'{part(r, 5, "")}</datalist><weburlitem><pagetitle>{text()}</pagetitle><pagedesc>{text()}</pagedesc>'
               f"<clean_url>https://example.com/{noise(r)}?a=1&amp;b=2</clean_url></weburlitem></favitem>")


def push(r, name):
    items = "".join(
        f"<item><itemshowtype>0</itemshowtype><title><![CDATA[{text_of(r)}]]></title><url><![CDATA[http://mp.example.com/s?mid={noise(r)}"
        f"&idx={j}&sn={noise(r)}]]></url><pub_time>{START + r.randrange(10**7)}</pub_time><cover><![CDATA[https://mmbiz.example.cn/"
        f"{noise(r)}/640|0|0]]></cover><digest><![CDATA[{text_of(r)}]]></digest></item>"
        for j in range(1, r.randrange(2, 10)))
    return f"<msg><appmsg><title/><type>5</type><mmreader><category type=\"20\"><name>{name}</name>{items}</category></mmreader></appmsg></msg>"


def main():
    favorites, pushes, files, out = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    seed = 20260103
    r = random.Random(seed)
    me = f"wxid_{r.getrandbits(56):014x}"
    key = r.randbytes(32)
    writer = Writer("raw", out, me, "1a2b", key)
    chats = [f"wxid_{r.getrandbits(64):016x}" for _ in range(40)]
    accounts = [f"gh_{r.getrandbits(48):012x}" for _ in range(50)]
    zip_ = zstandard.ZstdCompressor(level=3)

    db = writer.open("favorite", "favorite.db")
    db.execute("BEGIN")
    db.execute(FAVORITE)
    db.execute("CREATE INDEX fav_db_item_update_time ON fav_db_item(update_time)")
    db.execute("CREATE TABLE fav_tag_db_item(local_id INTEGER PRIMARY KEY, server_id INTEGER, name TEXT, seq INTEGER)")
    db.execute("CREATE TABLE fav_bind_tag_db_item(tag_local_id INTEGER, tag_server_id INTEGER, fav_local_id INTEGER, "
               "fav_server_id INTEGER, op_code INTEGER)")
    for i in range(favorites):
        kind, xml = favorite(r, i)
        db.execute("INSERT INTO fav_db_item(server_id,type,update_time,source_id,content,fromusr,realchatname) VALUES(?,?,?,?,?,?,'')",
                   (r.getrandbits(60), kind, START + i * 60 + r.randrange(3000), str(r.getrandbits(60)), xml, r.choice(chats)))
    db.execute("COMMIT")
    writer.turn_to_wal(db)
    db.close()

    def fill(shard, talkers, rows_of):
        names = [me] + talkers
        shard.db.execute("INSERT INTO TimeStamp VALUES(?)", (START,))
        shard.db.executemany("INSERT INTO Name2Id VALUES(?,1)", [(u,) for u in names])
        for number, talker in enumerate(talkers):
            shard.db.executemany(shard.chat(talker), rows_of(number, names.index(talker) + 1))
        shard.finish()

    def row(kind, xml, sender, when):
        return (r.getrandbits(62), kind, when * 1000, sender, when, 3, 0, zip_.compress(xml.encode()), None, 4)

    shard = Shard.__new__(Shard)
    shard.writer = writer
    shard.db = writer.open("message", "biz_message_0.db")
    shard.db.execute("BEGIN")
    shard.db.execute("CREATE TABLE TimeStamp(timestamp INTEGER)")
    shard.db.execute("CREATE TABLE Name2Id(user_name TEXT PRIMARY KEY, is_session INTEGER)")
    fill(shard, accounts, lambda number, sender: [
        row(49 | 5 << 32, push(r, f"号{number}"), sender, START + i * 997 + number) for i in range(pushes // 50)])

    links = []

    def file_rows(number, sender):
        rows = []
        for i in range(files // 40):
            hash, name, size = noise(r), escaped(text_of(r)[:30].replace("/", "_")) + ".pdf", r.randrange(1, 10**8)
            links.append((hash, name, size))
            rows.append(row(49 | 6 << 32, f"<msg><appmsg><title>{name}</title><type>6</type><appattach><totallen>{size}</totallen>"
                            f"<fileext>pdf</fileext><cdnattachurl>{noise(r)}</cdnattachurl></appattach><md5>{hash}</md5></appmsg></msg>",
                            sender, START + i * 499 + number))
        return rows

    fill(Shard(writer, 0), chats, file_rows)
    db = writer.open("hardlink", "hardlink.db")
    db.execute("BEGIN")
    db.execute("CREATE TABLE dir2id(username TEXT PRIMARY KEY)")
    db.execute("INSERT INTO dir2id VALUES('2023-11')")
    db.execute("CREATE TABLE file_hardlink_info_v4(md5_hash INTEGER, md5 TEXT, type INTEGER, file_name TEXT, file_size INTEGER, "
               "modify_time INTEGER, dir1 INTEGER, dir2 INTEGER, extra_buffer BLOB)")
    db.executemany("INSERT INTO file_hardlink_info_v4 VALUES(0,?,3,?,?,0,1,0,NULL)", links)
    db.execute("COMMIT")
    writer.turn_to_wal(db)
    db.close()

    people = [(me, 1, "my_id", 0, "", "我自己")] + [(c, 1, "", 0, "", f"朋友{i}") for i, c in enumerate(chats)]
    write_contacts(writer, people, [me, *chats[:8]], chats[0])
    write_sessions(writer, seed, people, chats[0], START + 10**7)
    with open(os.path.join(out, "account.json"), "w") as f:
        json.dump(dict(account=writer.folder, keys="raw", key=key.hex(), me=me, talker=chats[0], table="Msg_" + md5(chats[0]),
                       messages=files, middleStart=START, middleEnd=START, rare="", rareCount=0), f)


main()
