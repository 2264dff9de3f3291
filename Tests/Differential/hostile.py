#!/usr/bin/env python3
"""What strangers and older clients put into the lists beside messages: real stores that SQLCipher changes, asked for on the
command line and of the server, which must answer with the same bytes, lose nothing else and obey nothing.

    hostile.py GENERATOR_FOLDER WEFLOW [older,huge,hostile,copies,queries]

To be run by the Python that has the generator's requirements.
"""
import csv
import glob
import hashlib
import io
import json
import os
import pty
import shutil
import subprocess
import sys
import tempfile
import time

generator, weflow = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
sys.path.insert(0, generator)
from sqlcipher3 import dbapi2 as sqlcipher  # noqa: E402

from server import Server  # noqa: E402

scratch = tempfile.mkdtemp()
csv.field_size_limit(1 << 30)
failures = 0


def check(condition, what):
    global failures
    if not condition:
        failures += 1
        print("  wrong:", what, file=sys.stderr)


class Account:
    def __init__(self, path):
        self.path, self.weflow = path, weflow
        keys = json.load(open(f"{path}/keys.json"))
        self.folder = glob.glob(f"{path}/xwechat_files/*_*")[0]
        self.key = keys["databaseKey"]
        self.env = {k: v for k, v in os.environ.items() if not k.startswith(("WEFLOW_", "XDG_"))}
        for name in ("CONFIG", "STATE", "DATA", "CACHE"):
            self.env[f"XDG_{name}_HOME"] = os.path.join(path, name.lower())
        self.env["WEFLOW_ACCOUNT"] = self.folder
        if self.key:
            self.env["WEFLOW_KEY"] = self.key

    def copy(self, name):
        path = os.path.join(scratch, name)
        shutil.copytree(self.path, path, symlinks=True)
        return Account(path)

    def store(self, name):
        return os.path.join(self.folder, "db_storage", name)

    def open(self, name):
        db = sqlcipher.connect(self.store(name), isolation_level=None)
        if self.key:
            db.execute(f"PRAGMA key=\"x'{self.key}'\"")
        return db

    def change(self, name, *statements):
        db = self.open(name)
        for statement in statements:
            if isinstance(statement, tuple):
                db.execute(*statement)
            else:
                db.execute(statement)
        db.close()

    def ask(self, *arguments, code=0):
        done = subprocess.run([weflow, *arguments], env=self.env, capture_output=True, timeout=300)
        check(done.returncode == code, f"{arguments}: exit {done.returncode}: {done.stderr.decode(errors='replace')[:300]}")
        self.said = done.stderr.decode(errors="replace")
        return done.stdout

    def on_terminal(self, *arguments):
        """What a terminal is shown."""
        us, them = pty.openpty()
        process = subprocess.Popen([weflow, *arguments], env={**self.env, "TERM": "xterm"}, stdout=them, stderr=subprocess.DEVNULL)
        os.close(them)
        out = b""
        while True:
            try:
                piece = os.read(us, 1 << 16)
            except OSError:
                break
            if not piece:
                break
            out += piece
        os.close(us)
        check(process.wait() == 0, f"{arguments}: exit {process.returncode} on a terminal")
        return out.decode(errors="replace")

    # What server.py wants of an account.
    def run(self, command, *arguments):
        return self.ask(*([command] if isinstance(command, str) else command), *arguments)

    def same(self, what, got, wanted):
        check(got == wanted, f"{what}: {str(got)[:200]} instead of {str(wanted)[:200]}")


LISTS = {
    "favorites": ("favorites", "favorites"), "articles": ("articles", "articles"), "labels": ("labels", "labels"), "files": ("files", "files"),
    "contacts --detail": ("contacts", "contacts"), "friend-requests": ("friend-requests", "requests"), "unread": ("unread", "sessions"),
    "avatars": ("avatars", "avatars"),
}


def lists(account, server, *names):
    """All of these lists, command and server compared, and each in the other forms."""
    answers = {}
    for name in names or LISTS:
        path, key = LISTS[name]
        command, *rest = name.split()
        detail = {"detail": 1} if rest else {}
        answers[name] = server.both(f"/api/v1/{path}", command, *rest, "--limit", "10000", limit=10000, **detail).get(key, [])
        lines = account.ask(command, *rest, "--limit", "0", "--format", "jsonl").decode().splitlines()
        check([json.loads(line) for line in lines] == answers[name], f"{name}: lines say something else")
        whole = json.loads(account.ask(command, *rest, "--limit", "0"))
        check(whole[key] == answers[name] and whole["count"] == len(answers[name]), f"{name}: all of it says something else")
        rows = list(csv.reader(io.StringIO(account.ask(command, *rest, "--limit", "0", "--format", "csv").decode(), newline="")))
        check(len(rows) == len(answers[name]) + 1 and len({len(row) for row in rows}) == 1, f"{name}: rows of comma-separated values")
        for row in rows[1:]:
            check(not any(cell[:1] in ("=", "+", "@", "\t", "\r") or cell[:1] == "-" and not cell[1:].isdigit() for cell in row),
                  f"{name}: a formula in {row}")
        for form in ("csv", "table", "json"):
            out = account.on_terminal(command, *rest, "--limit", "0", "--format", form, "--color", "never")
            check(not any(ord(c) < 32 and c not in "\t\r\n" or 127 <= ord(c) < 160 for c in out), f"{name}: a control character in {form}")
    return answers


NOW = 1_767_225_600


def favorite(db, xml, kind=1, local=None, time=NOW, **columns):
    columns = {"local_id": local, "server_id": 0, "type": kind, "update_time": time, "content": xml, **columns}
    db.execute(f"INSERT INTO fav_db_item({','.join(columns)}) VALUES({','.join('?' * len(columns))})", tuple(columns.values()))


def older(made):
    """What older clients have not: columns, tables, whole databases. Empty lists, a word in check, exit 0."""
    account = made.copy("older")
    account.change("session/session.db", "DROP TABLE IF EXISTS SessionUnreadListTable_1", "DROP TABLE IF EXISTS SessionUnreadStatTable_1")
    account.change("contact/contact.db", "DROP TABLE IF EXISTS contact_label", "DROP TABLE IF EXISTS stranger")
    account.change("favorite/favorite.db", "DROP TABLE IF EXISTS fav_tag_db_item", "DROP TABLE IF EXISTS fav_bind_tag_db_item",
                   "DROP TABLE IF EXISTS Name2Id")
    requests = account.open("general/general.db").execute("SELECT user_name_, timestamp_, content_ FROM FMessageTable").fetchall()
    for name in glob.glob(account.store("general/*")):
        os.remove(name)
    # The small database of before, with the columns of before.
    account.change("contact/fmessage_new.db", "CREATE TABLE FMessageTable(user_name_ TEXT, timestamp_ INTEGER, content_ TEXT, "
                   "fmessage_detail_buf_ TEXT)", *[("INSERT INTO FMessageTable VALUES(?,?,?,CAST(? AS TEXT))", (*row, b"\x08\x01\xff\xfe")) for row in requests])
    with Server(account) as server:
        answers = lists(account, server)
    check(answers["labels"] == [] and answers["unread"] and all(s["basis"] == "count" for s in answers["unread"]), "older: unread, labels")
    check(sorted(r["text"] for r in answers["friend-requests"]) == sorted(r[2] for r in requests), "older: requests")
    said = {row["name"]: row for row in json.loads(account.ask("check", "--format", "json"))["lists"]}
    for name in ("labels", "unread"):
        check(said[name]["reason"] != "", f"older: check says nothing of {name}: {said[name]}")

    bare = made.copy("bare")
    for name in ("favorite", "general", "head_image", "hardlink"):
        shutil.rmtree(bare.store(name))
    for name in glob.glob(bare.store("message/biz_message*")):
        os.remove(name)
    with Server(bare) as server:
        answers = lists(bare, server)
    # Accounts of before have their pushes among the chats.
    for name in ("favorites", "friend-requests", "avatars"):
        check(answers[name] == [], f"bare: {name}")
    said = {row["name"]: row for row in json.loads(bare.ask("check", "--format", "json"))["lists"]}
    for name in ("favorites", "articles", "friend-requests", "avatars"):
        check("there is no" in said[name]["reason"], f"bare: check says nothing of {name}: {said[name]}")

    narrow = made.copy("narrow")
    narrow.change("favorite/favorite.db", "DROP TABLE fav_db_item", "CREATE TABLE fav_db_item(x, type INTEGER)", "INSERT INTO fav_db_item VALUES(1, 1)")
    narrow.change("general/general.db", "DROP TABLE FMessageTable", "CREATE TABLE FMessageTable(user_name_ TEXT)",
                  "INSERT INTO FMessageTable VALUES('wxid_only')")
    narrow.change("head_image/head_image.db", "DROP TABLE head_image", "CREATE TABLE head_image(username TEXT)")
    narrow.change("hardlink/hardlink.db", *[f"DROP TABLE {row[0]}" for row in narrow.open("hardlink/hardlink.db").execute(
        "SELECT name FROM sqlite_master WHERE name LIKE '%hardlink_info%' AND type = 'table'").fetchall()])
    with Server(narrow) as server:
        answers = lists(narrow, server)
    check(len(answers["favorites"]) == 1 and answers["favorites"][0]["time"] == 0, "narrow: favourites")
    check([r["username"] for r in answers["friend-requests"]] == ["wxid_only"], "narrow: requests")


def varint(n):
    out = bytearray()
    while n > 127:
        out.append(n & 127 | 128)
        n >>= 7
    return bytes(out + bytes([n]))


def field(number, value):
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    value = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(value)) + value


def huge(made):
    """A hundred megabytes of protobuf, ten thousand parts, records within records: whole, and in little memory else."""
    account = made.copy("huge")
    db = account.open("contact/contact.db")
    person = db.execute("SELECT username FROM contact WHERE username LIKE 'wxid_%' AND local_type = 1 LIMIT 1").fetchone()[0]
    blob = field(1, b"\0" * (100 << 20)) + field(4, "慢慢来") + field(8, 30)
    db.execute("UPDATE contact SET extra_buffer = ? WHERE username = ?", (blob, person))
    db.close()
    db = account.open("favorite/favorite.db")
    before = db.execute("SELECT count(*) FROM fav_db_item").fetchone()[0]
    more = "".join(f"<x{i}>y</x{i}>" for i in range(20))
    parts = "".join(f'<dataitem datatype="1" htmlid="WeNote_{i}"><datadesc>第{i}段</datadesc>{more}</dataitem>' for i in range(10_000))
    favorite(db, f'<favitem type="18"><datalist count="10000">{parts}</datalist></favitem>', 18, server_id=1001)
    nested = "<recordxml><recordinfo><title>在里面</title><datalist>" * 5000
    favorite(db, f'<favitem type="14"><title>套娃</title><datalist><dataitem datatype="17">{nested}', 14, server_id=1002)
    wide = "<a/>" * 1_100_000
    favorite(db, f'<favitem type="18"><title>长</title><datalist><dataitem datatype="1"><datadesc>first</datadesc></dataitem>{wide}'
             '<dataitem datatype="1"><datadesc>last</datadesc></dataitem></datalist></favitem>', 18, server_id=1003)
    db.close()
    begun = time.monotonic()
    found = {row["id"]: row for row in json.loads(account.ask("favorites", "--limit", "0"))["favorites"]}
    check("1 favourite is too long" in account.said, f"huge: nothing is said of what is cut: {account.said}")
    check(time.monotonic() - begun < 30, "huge: favourites take long")
    check(len(found) == before + 3, "huge: number of favourites")
    check(len(found["1001"]["parts"]) == 10_000 and found["1001"]["text"].endswith("第9999段"), "huge: parts")
    check(found["1002"]["title"] == "套娃" and len(found["1002"]["parts"]) == 1, "huge: nested records")
    check(found["1003"]["title"] == "长", "huge: what is cut keeps its title")
    contacts = {c["username"]: c for c in json.loads(account.ask("contacts", "--detail", "--limit", "0"))["contacts"]}
    check(contacts[person].get("signature") == "慢慢来" and contacts[person].get("source") == 30, f"huge: {contacts[person]}")
    with Server(account) as server:
        lists(account, server, "favorites", "contacts --detail", "labels")


BOMB = '<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;&x;&x;&x;&x;&x;">' + "".join(
    f'<!ENTITY z{i} "{f"&z{i - 1};" * 10 if i else "&y;&y;"}">' for i in range(10)) + '<!ENTITY f SYSTEM "file:///etc/passwd">]>'
TEXTS = [
    "=cmd|' /C calc'!A0", "+1", "-1+1", "@SUM(1)", "\t=1", "\r=1", "a\x1b]0;title\x07\x1b[31mred", "\x9b31m", "nul\x00inside", "\u2028\u2029\u0085",
    "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:evil\r\nEND:VCARD", "a\r\nTEL:1", ";;;,,\\n\\", "\u202e evil \u2066", "x" * 100_000, "é" * 70, "字" * 60,
    "</datadesc><b>", "]]>", "&lt;&amp;lt;&#0;&#x1b;&#xD800;&#x110000;&#99999999999999999999;", "\ud83d\ude00", "", " ",
]


def escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def hostile(made):
    """Texts and documents of somebody who means harm, in every list."""
    account = made.copy("hostile")
    ends = [2**63 - 1, -2**63, -1, 0, 2**62]
    db = account.open("favorite/favorite.db")
    count = db.execute("SELECT count(*) FROM fav_db_item").fetchone()[0]
    for kind in (1, 2, 5, 6, 7, 8, 14, 16, 18, 19, 20, 99, 2**63 - 1, -2**63):
        for i, text in enumerate(TEXTS):
            text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
            xml = (f'<favitem type="{kind}"><title>{escaped(text)}</title><desc>{text}</desc><datalist><dataitem datatype="{i}" htmlid="{escaped(text)}">'
                   f"<datatitle>{escaped(text)}</datatitle><datadesc>{escaped(text)}</datadesc><datafmt>../../{escaped(text)[:50]}</datafmt>"
                   f"<fullsize>{ends[i % 5]}</fullsize><duration>{ends[i % 5]}</duration></dataitem></datalist>"
                   f"<weburlitem><pagetitle>{escaped(text)}</pagetitle><clean_url>javascript:{escaped(text)}</clean_url></weburlitem></favitem>")
            favorite(db, xml.encode() if i % 2 else xml, kind, server_id=ends[i % 5], time=ends[(i + kind) % 5], source_id=text[:1000], fromusr=text[:1000])
            count += 1
    for xml in (BOMB + "<favitem><desc>&z9;&f;</desc></favitem>", "<a" * 100_000, "<favitem " + "a='b' " * 100_000 + "><desc>x</desc></favitem>",
                "<favitem><desc x='" + "y" * 10**6 + "'>long</desc></favitem>", b"\xff\xfe<\0f\0a\0v\0", b"<favitem><desc>\xc3\x28\xed\xa0\x80</desc></favitem>",
                "<![CDATA[" * 1000, b"\x28\xb5\x2f\xfd" + b"\xff" * 100, "</favitem>" * 100_000, "<favitem>" * 100_000, 12345, 1.5, None):
        favorite(db, xml)
        count += 1
    db.execute("INSERT INTO fav_tag_db_item(local_id, server_id, name, seq) VALUES(900, 900, ?, ?)", (TEXTS[6], ends[0]))
    db.execute("INSERT INTO fav_bind_tag_db_item(tag_local_id, tag_server_id, fav_local_id, fav_server_id) VALUES(900, 900, 1, 1)")
    db.close()

    db = account.open("contact/contact.db")
    columns = {row[1] for row in db.execute("PRAGMA table_info(contact)")}
    for i, text in enumerate(TEXTS):
        extra = b"".join([field(2, ends[i % 5] & 2**64 - 1), field(4, text.encode("utf-8", "replace")), field(5, text[:50].encode("utf-8", "replace")),
                          field(8, ends[(i + 1) % 5] & 2**64 - 1), field(14, field(2, field(1, text[:1000].encode("utf-8", "replace"))) * 3),
                          field(30, f"{ends[i % 5]},3,;；{text[:20]}".encode("utf-8", "replace")), field(41, ends[i % 5] & 2**64 - 1), b"\xff" * (i % 3)])
        values = {"username": f"wxid_hostile_{i}", "local_type": 1, "alias": text[:200], "flag": ends[i % 5], "delete_flag": 0, "remark": "",
                  "nick_name": text[:5000], "big_head_url": "https://x/\r\nEND:VCARD" + text[:100], "extra_buffer": extra}
        values = {k: v.encode("utf-8", "replace").decode() if isinstance(v, str) else v for k, v in values.items() if k in columns}
        db.execute(f"INSERT INTO contact({','.join(values)}) VALUES({','.join('?' * len(values))})", tuple(values.values()))
    for i, end in enumerate(ends):
        db.execute("INSERT OR REPLACE INTO contact_label(label_id_, label_name_, sort_order_) VALUES(?,?,?)", (end, TEXTS[i], end))
    db.close()

    db = account.open("general/general.db")
    columns = [row[1] for row in db.execute("PRAGMA table_info(FMessageTable)")]
    for i, text in enumerate(TEXTS):
        values = {c: b"\x08\x01\xff\xfe" for c in columns if "buf" in c}
        values |= {"user_name_": text[:300].encode("utf-8", "replace").decode(), "timestamp_": ends[i % 5], "content_": text.encode("utf-8", "replace").decode(),
                   "is_sender_": ends[i % 5], "scene_": ends[(i + 2) % 5]}
        db.execute(f"INSERT INTO FMessageTable({','.join(values)}) VALUES({','.join('?' * len(values))})", tuple(values.values()))
    db.close()

    db = account.open("message/biz_message_0.db")
    table = db.execute("SELECT name FROM sqlite_master WHERE name LIKE 'Msg_%' AND type = 'table' LIMIT 1").fetchone()[0]
    for i, text in enumerate(TEXTS + [BOMB + "&z9;"]):
        text = text.encode("utf-8", "replace").decode()
        item = f"<item><title>{escaped(text) or 'x'}</title><url>{escaped(text) or 'x'}</url><pub_time>{ends[i % 5]}</pub_time><cover>{escaped(text)}|0|0</cover></item>"
        xml = f"<msg><appmsg><type>5</type><mmreader><category><name>{escaped(text)}</name>{item * 3}</category></mmreader></appmsg></msg>"
        db.execute(f"INSERT INTO {table}(server_id, local_type, sort_seq, real_sender_id, create_time, status, message_content) VALUES(?,?,?,0,?,3,?)",
                   (ends[i % 5], 49 | 5 << 32, ends[i % 5], ends[(i + 1) % 5], xml))
    many = "<item><title>t</title><url>u%d</url></item>"
    db.execute(f"INSERT INTO {table}(server_id, local_type, sort_seq, real_sender_id, create_time, status, message_content) VALUES(7,?,7,0,7,3,?)",
               (49 | 5 << 32, "<mmreader><category>" + "".join(many % i for i in range(1500)) + "</category></mmreader>"))
    db.close()

    db = account.open("session/session.db")
    for row in db.execute("SELECT rowid FROM SessionTable LIMIT 5").fetchall():
        db.execute("UPDATE SessionTable SET unread_count = ?, sort_timestamp = ? WHERE rowid = ?", (ends[row[0] % 5], ends[(row[0] + 1) % 5], row[0]))
    db.close()
    db = account.open("head_image/head_image.db")
    for i, name in enumerate(["../../evil", "/etc/evil", "a/b", "CON", "..", ".", "", "x" * 300, "WXID_UPPER", "wxid_upper", "文" * 100, "a\x00b", "a\nb"]):
        db.execute("INSERT OR REPLACE INTO head_image(username, md5, image_buffer, update_time) VALUES(?,?,?,?)", (name, "", b"\xff\xd8\xff" + bytes([i]) * 50, ends[i % 5]))
    db.close()
    with Server(account) as server:
        answers = lists(account, server)
    check(len(answers["favorites"]) == count, f"hostile: {len(answers['favorites'])} of {count} favourites")
    for row in answers["favorites"]:
        check(len(json.dumps(row)) < 3_000_000 and "root:" not in json.dumps(row), "hostile: an entity was expanded")
    account.ask("articles", "--limit", "0")
    check("more articles than are taken in" in account.said, "hostile: a push of 1,500 articles is cut without a word")
    cards = account.ask("contacts", "--format", "vcf", "--limit", "0").decode()
    names = [line for line in cards.split("\r\n") if line == "BEGIN:VCARD"]
    check(len(names) == cards.count("\r\nEND:VCARD\r\n"), "hostile: cards that were injected")
    check(all(len(line.encode()) <= 75 for line in cards.split("\r\n")) and "\n" not in cards.replace("\r\n", ""), "hostile: lines of cards")
    check(not any(ord(c) < 32 and c not in "\t\r\n" or 127 <= ord(c) < 160 for c in cards), "hostile: control characters in cards")
    folder = os.path.join(scratch, "pictures")
    os.mkdir(folder)
    os.symlink(os.path.join(scratch, "elsewhere"), os.path.join(folder, "wxid_upper.jpg"))
    said = json.loads(account.ask("avatars", "--output-dir", folder))
    there = os.listdir(folder)
    check(said["count"] == len(answers["avatars"]), f"hostile: {said} of {len(answers['avatars'])} pictures")
    check(not os.path.exists(os.path.join(scratch, "elsewhere")) and not os.path.exists(os.path.join(scratch, "evil")), "hostile: a picture left its folder")
    check(all(len(name.encode()) <= 255 and not set(name) & set('/\\:*?"<>|') and "\n" not in name for name in there), f"hostile: names {there}")
    made = [name for name in there if not os.path.islink(os.path.join(folder, name))]
    check(len({name.lower() for name in made}) == len(made), f"hostile: names that differ in case alone: {sorted(made)}")
    check(not {name.split(".")[0].upper() for name in there} & {"CON", "NUL", "AUX"}, "hostile: names of devices")


def copies(made):
    """Copies of files whose names strangers chose, into folders that are no good."""
    account = made.copy("copies")
    db = account.open("message/message_0.db")
    table, sender = None, 1
    for (name,) in db.execute("SELECT name FROM sqlite_master WHERE name LIKE 'Msg_%' AND type = 'table'").fetchall():
        table = name
    bad = ["../../evil.pdf", "/etc/evil.pdf", "a/b/c.pdf", "CON", "nul.txt", "com1.pdf", "LPT9", ".", "..", "...", " ", "x.pdf ", "x.pdf.", "A.pdf", "a.PDF", "文" * 100 + ".docx",
           "a:b.pdf", 'q"<>|?*.pdf', "new\nline.pdf", "nul\x00.pdf", "\u202efdp.exe", "-rf", "~", "$HOME", "%TEMP%", ".bashrc", "e\u0301.pdf", "\u00e9.pdf", "x" * 300, ""]
    month = os.path.join(account.folder, "msg", "file", "2026-01")
    os.makedirs(month, exist_ok=True)
    links = account.open("hardlink/hardlink.db")
    links.execute("INSERT OR IGNORE INTO dir2id(username) VALUES('2026-01')")
    folder = links.execute("SELECT rowid FROM dir2id WHERE username = '2026-01'").fetchone()[0]
    columns = {row[1] for row in links.execute("PRAGMA table_info(file_hardlink_info_v4)")}
    for i, name in enumerate(bad):
        data = f"content {i}".encode()
        md5, disk = hashlib.md5(data).hexdigest(), f"disk{i}.bin"
        with open(os.path.join(month, disk), "wb") as out:
            out.write(data)
        values = {k: v for k, v in {"md5": md5, "file_name": disk, "file_size": len(data), "dir1": folder, "dir2": 0, "type": 3, "modify_time": NOW}.items() if k in columns}
        links.execute(f"INSERT INTO file_hardlink_info_v4({','.join(values)}) VALUES({','.join('?' * len(values))})", tuple(values.values()))
        xml = (f"<msg><appmsg><title>{escaped(name)}</title><type>6</type><appattach><totallen>{len(data)}</totallen></appattach><md5>{md5}</md5></appmsg></msg>")
        db.execute(f"INSERT INTO {table}(server_id, local_type, sort_seq, real_sender_id, create_time, status, message_content) VALUES(?,?,?,?,?,3,?)",
                   (900_000 + i, 49 | 6 << 32, (NOW + i) * 1000, sender, NOW + i, xml))
    # What the database leads to out of the folder is not followed.
    secret = os.path.join(scratch, "secret.pdf")
    with open(secret, "wb") as out:
        out.write(b"secret")
    os.symlink(secret, os.path.join(month, "link.bin"))
    for disk, name in (("link.bin", "link.pdf"), ("../../../../secret.pdf", "up.pdf"), (secret, "absolute.pdf")):
        md5 = hashlib.md5(disk.encode()).hexdigest()
        values = {k: v for k, v in {"md5": md5, "file_name": disk, "file_size": 6, "dir1": folder, "dir2": 0}.items() if k in columns}
        links.execute(f"INSERT INTO file_hardlink_info_v4({','.join(values)}) VALUES({','.join('?' * len(values))})", tuple(values.values()))
        db.execute(f"INSERT INTO {table}(server_id, local_type, sort_seq, real_sender_id, create_time, status, message_content) VALUES(?,?,?,?,?,3,?)",
                   (910_000, 49 | 6 << 32, NOW * 1000, sender, NOW,
                    f"<msg><appmsg><title>{name}</title><type>6</type><appattach><totallen>6</totallen></appattach><md5>{md5}</md5></appmsg></msg>"))
    db.close()
    links.close()
    with Server(account) as server:
        files = lists(account, server, "files")["files"]
    stolen = [f for f in files if f["fileName"] in ("link.pdf", "up.pdf", "absolute.pdf")]
    check(len(stolen) == 3 and all(f["state"] != "present" and "path" not in f for f in stolen), f"copies: a link was followed: {stolen}")
    target = os.path.join(scratch, "target")
    os.mkdir(target)
    outside = os.path.join(scratch, "outside")
    os.mkdir(outside)
    for name in ("A.pdf", "disk0.bin", "x.pdf"):
        with open(os.path.join(target, name), "w") as out:
            out.write("mine")
    os.symlink(os.path.join(outside, "new.pdf"), os.path.join(target, "a_b.pdf"))
    os.symlink(outside, os.path.join(target, "q_____.pdf"))
    account.ask("files", "--limit", "0", "--copy-to", target)
    there = os.listdir(target)
    wanted = {hashlib.md5(f"content {i}".encode()).hexdigest() for i in range(len(bad))}
    got = {hashlib.md5(open(os.path.join(target, n), "rb").read()).hexdigest() for n in there if os.path.isfile(os.path.join(target, n)) and not os.path.islink(os.path.join(target, n))}
    check(wanted <= got, f"copies: {len(wanted - got)} files are missing")
    check(os.listdir(outside) == [] and all(open(os.path.join(target, n)).read() == "mine" for n in ("A.pdf", "disk0.bin", "x.pdf")), "copies: something was overwritten")
    check(all(len(n.encode()) <= 255 and not set(n) & set('/\\:*?"<>|\n\0') for n in there), f"copies: names {there}")
    check(len({n.lower() for n in there}) == len(there), "copies: names that differ in case alone")
    devices = {"CON", "PRN", "AUX", "NUL"} | {f"{d}{n}" for d in ("COM", "LPT") for n in range(1, 10)}
    check(not {n.split(".")[0].upper() for n in there} & devices, f"copies: names of devices: {sorted(there)}")
    check(not any(n.startswith(".") and not n.startswith("..") for n in there), f"copies: hidden names {sorted(there)}")
    again = sorted(there)
    account.ask("files", "--limit", "0", "--copy-to", target)
    check(sorted(os.listdir(target)) == again, "copies: a second run gives other names")
    locked = os.path.join(scratch, "locked")
    os.mkdir(locked)
    os.chmod(locked, 0o500)
    if os.geteuid() != 0:
        account.ask("files", "--limit", "0", "--copy-to", locked, code=74)
    account.ask("files", "--limit", "0", "--copy-to", os.path.join(target, "A.pdf"), code=74)


def queries(made):
    """`weflow sql`: nothing that writes is taken, nothing in a store changes, and what a cell holds survives."""
    account = made.copy("queries")
    contact = account.store("contact/contact.db")
    account.change("contact/contact.db", "CREATE TABLE odd(i, t, b, r)",
                   ("INSERT INTO odd VALUES(?,?,?,?)", (2**63 - 1, "a\x00b", b"\x00\xff", float("inf"))),
                   ("INSERT INTO odd VALUES(?,?,?,?)", (-2**63, "=1", b"", float("-inf"))),
                   "INSERT INTO odd VALUES(NULL, CAST(x'ff41' AS TEXT), zeroblob(3), 1e308 * 10 - 1e308 * 10)", "PRAGMA wal_checkpoint(TRUNCATE)")
    before = {name: open(name, "rb").read() for name in glob.glob(account.store("*/*"))}
    writes = [
        "INSERT INTO odd VALUES(1,2,3,4)", "UPDATE odd SET i = 1", "DELETE FROM odd", "REPLACE INTO odd VALUES(1,2,3,4)", "CREATE TABLE x(y)", "CREATE TEMP TABLE x(y)",
        "CREATE INDEX x ON odd(i)", "CREATE VIEW x AS SELECT 1", "CREATE TRIGGER x AFTER INSERT ON odd BEGIN SELECT 1; END", "CREATE VIRTUAL TABLE x USING fts5(a)",
        "DROP TABLE odd", "DROP INDEX IF EXISTS x", "ALTER TABLE odd RENAME TO even", "ALTER TABLE odd ADD COLUMN c", "VACUUM", "VACUUM INTO '/tmp/weflow-vacuum.db'",
        "REINDEX", "ANALYZE", "ATTACH '/tmp/weflow-attach.db' AS a", "DETACH main", "BEGIN", "BEGIN IMMEDIATE", "COMMIT", "SAVEPOINT a", "PRAGMA journal_mode=DELETE",
        "PRAGMA user_version=7", "PRAGMA application_id=7", "PRAGMA writable_schema=1", "PRAGMA wal_checkpoint", "PRAGMA incremental_vacuum", "PRAGMA query_only=0",
        "PRAGMA key='x'", "PRAGMA rekey='x'", "PRAGMA temp_store_directory='/tmp'", "SELECT load_extension('x')", "SELECT writefile('/tmp/weflow-write', 'x')",
        "SELECT 1; DELETE FROM odd", "WITH a AS (SELECT 1) DELETE FROM odd", "EXPLAIN DELETE FROM odd; DELETE FROM odd", "INSERT INTO odd SELECT * FROM odd RETURNING *",
        "UPDATE odd SET i = 2 RETURNING i", "PRAGMA optimize", "PRAGMA schema_version=1", "PRAGMA auto_vacuum=1", "PRAGMA page_size=512", "SELECT fts3_tokenizer('x', x'00')",
    ]
    for write in writes:
        account.ask("sql", write, "--database", "contact", code=64)
    check({name: open(name, "rb").read() for name in glob.glob(account.store("*/*"))} == before, "queries: the store has changed")
    for left in ("vacuum.db", "attach.db", "write"):
        check(not os.path.exists(f"/tmp/weflow-{left}"), f"queries: {left} was written")
    rows = json.loads(account.ask("sql", "SELECT * FROM odd", "--database", "contact"))["rows"]
    check(rows == [{"i": 2**63 - 1, "t": "a\x00b", "b": "00ff", "r": None}, {"i": -2**63, "t": "=1", "b": "", "r": None},
                   {"i": None, "t": "\ufffdA", "b": "000000", "r": None}], f"queries: {rows}")
    text = account.ask("sql", "SELECT * FROM odd", "--database", "contact", "--format", "csv").decode()
    check(text == "i,t,b,r\r\n9223372036854775807,a\x00b,00ff,\r\n-9223372036854775808,'=1,,\r\n,\ufffdA,000000,\r\n", f"queries: {text!r}")
    raw = account.ask("sql", "SELECT t FROM odd", "--database", "contact", "--format", "csv", "--raw").decode()
    check(raw == "t\r\na\x00b\r\n=1\r\n\ufffdA\r\n", f"queries: {raw!r}")
    # A page that is damaged in the middle: what comes before it is given, and the page is named.
    db = account.open("contact/contact.db")
    db.execute("CREATE TABLE wide(n INTEGER PRIMARY KEY, t TEXT)")
    db.executemany("INSERT INTO wide VALUES(?,?)", [(i, "x" * 500) for i in range(20_000)])
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    size = os.path.getsize(contact)
    with open(contact, "r+b") as file:
        file.seek(size - size // 4 // 4096 * 4096)
        file.write(b"\xaa" * 4096)
    for form in ("jsonl", "csv", "json"):
        done = subprocess.run([weflow, "sql", "SELECT n, t FROM wide", "--database", "contact", "--format", form], env=account.env, capture_output=True)
        check(done.returncode == 75 and (b"page" in done.stderr or b"damaged" in done.stderr), f"queries: damage in {form}: {done.returncode} {done.stderr[:200]}")
        check(len(done.stdout) > 1_000_000, f"queries: nothing is given before the damage in {form}")
        if form == "json":
            answer = json.loads(done.stdout)
            check(1000 < len(answer["rows"]) < 20_000, f"queries: {answer['count']} for {len(answer['rows'])} rows")
    # Ctrl-C.
    slow = subprocess.Popen([weflow, "sql", "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT count(*) FROM c", "--database", "session"],
                            env=account.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    time.sleep(1)
    begun = time.monotonic()
    slow.send_signal(2)
    out, _ = slow.communicate(timeout=30)
    check(slow.returncode == 130 and out == b"" and time.monotonic() - begun < 5, f"queries: Ctrl-C: {slow.returncode}")


def main():
    only = sys.argv[3].split(",") if len(sys.argv) > 3 else None
    try:
        for keys in ("raw", "none"):
            path = os.path.join(scratch, f"made-{keys}")
            subprocess.run([sys.executable, f"{generator}/make_account.py", path, "--seed", "3", "--keys", keys, "--messages", "300", "--moments", "5"],
                           check=True, stdout=subprocess.DEVNULL)
            made = Account(path)
            for what in (older, huge, hostile, copies, queries):
                if keys == "none" and what is huge or only and what.__name__ not in only:
                    continue
                before = failures
                what(made)
                print(f"{keys}: {what.__name__}: {'as it should be' if failures == before else 'WRONG'}")
                for name in os.listdir(scratch):
                    if not name.startswith("made-"):
                        full = os.path.join(scratch, name)
                        if os.path.isdir(full) and not os.path.islink(full):
                            os.chmod(full, 0o700)
                            shutil.rmtree(full)
                        else:
                            os.remove(full)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    sys.exit(1 if failures else 0)


main()
