#!/usr/bin/env python3
"""Makes accounts to measure with: one chat of many messages, in the form that WeChat 4 keeps it, written by SQLCipher.

    account.py MESSAGES KEYS=OUT...

KEYS is `raw` (the key is the page key of every database), `account` (the key is stretched for every database) or
`plain` (no encryption). All accounts of a run hold the same rows in the same order. OUT gets the account folder and
`account.json`, which says where it is and what to ask of it.

What makes it no easier to read than a real one:
- the texts differ, in length (two characters to some thousands), script and emoji; some need escapes in JSON;
- every tenth message is an app message, a zstd frame around XML that differs from all others;
- one message in ten shares its second with another, one in a hundred even its sequence;
- rows are not in time order: neighbours are mixed, and a tenth of all messages was synced late, in blocks that lie
  anywhere behind their place, often in a later shard;
- three shards, so that the order has to be merged, each with its own numbers for the same senders;
- the indexes have grown row by row, over server ids in no order;
- the last commits are only in the write-ahead log of one shard, as while WeChat runs.
"""
import hashlib
import json
import os
import random
import sys

import zstandard
from sqlcipher3 import dbapi2

SHARDS = 3
SENDERS = 12
SESSIONS = 2000
CONTACTS = 5000
OTHER_CHATS = 60
START = 1_700_000_000
RARE = "鹦鹉螺化石"
RARE_COUNT = 3

HAN = ("今天 明天 后天 上午 下午 晚上 周末 会议 项目 报告 文件 合同 客户 老板 同事 朋友 家里 孩子 学校 医院 火车 飞机 地铁 公司 电话 微信 "
       "收到 好的 可以 不行 没问题 谢谢 辛苦了 麻烦你 稍等 马上 已经 还没 正在 准备 开始 结束 取消 改到 三点 五点 八点 十号 月底 价格 数量 "
       "质量 时间 地点 北京 上海 深圳 杭州 成都 吃饭 喝茶 跑步 看电影 睡觉 起床 下雨 天气 很好 一般 太贵了 便宜 红烧肉 火锅 面条 苹果 西瓜 "
       "我 你 他 我们 你们 大家 谁 哪里 怎么 为什么 多少 几个 这个 那个 一下 而且 但是 所以 如果 因为 然后 哈哈哈 嗯嗯 哦 啊 吧 呢 吗 的 了 "
       "是 在 有 和 也 都 就 不 要 会 能 去 来 看 说 做 想 给 让 把 被 从 到 对 跟").split()
LATIN = ("OK thanks please meeting deadline budget review draft version update server build release ticket invoice schedule "
         "lunch dinner coffee train flight hotel see you tomorrow maybe later sure done pending v2.1 Q3 KPI PPT PDF 100% "
         "https://example.com/a?b=1&c=2 C:\\work\\plan \"quoted\" <tag> e=mc² naïve").split()
EMOJI = "😀 😂 🥲 👍 🙏 🎉 🍜 🚄 👨‍👩‍👧‍👦 ❤️ [微笑] [捂脸] [强]".split()
MARKS = [",", "。", "?", "!", " ", " ", "~", "…", "\n"]
SURNAMES = "王李张刘陈杨赵黄周吴徐孙马朱胡郭何高林罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚"


class Writer:
    """One account folder: its databases, each opened with the account's kind of key."""

    def __init__(self, keys, out, me, suffix, key):
        self.keys, self.out, self.key = keys, out, key
        self.folder = os.path.join(out, f"{me}_{suffix}")

    def open(self, *parts):
        path = os.path.join(self.folder, "db_storage", *parts)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        db = dbapi2.connect(path, isolation_level=None)
        if self.keys == "raw":
            db.execute(f"PRAGMA key=\"x'{self.key.hex()}'\"")
        elif self.keys == "account":
            db.execute(f"PRAGMA hexkey='{self.key.hex()}'")
        db.execute("PRAGMA page_size=4096")
        # While it is filled: all pages in memory, nothing safe. What is left behind is an ordinary database.
        db.execute("PRAGMA journal_mode=off")
        db.execute("PRAGMA synchronous=off")
        db.execute("PRAGMA cache_size=-400000")
        return db

    @staticmethod
    def turn_to_wal(db):
        db.execute("PRAGMA journal_mode=wal")
        db.execute("PRAGMA wal_autocheckpoint=0")


def md5(text):
    return hashlib.md5(text.encode()).hexdigest()


def name_of(r):
    return r.choice(SURNAMES) + "".join(r.choices(GIVEN, k=r.randrange(1, 3)))


def text_of(r):
    """A text as people write it: mostly short, sometimes long, rarely very long."""
    size = r.random()
    words = r.randrange(1, 7) if size < .6 else r.randrange(5, 25) if size < .93 else r.randrange(25, 80)
    if size > .997:
        words = r.randrange(200, 600)
    table = HAN if r.random() < .8 else LATIN
    gap = "" if table is HAN else " "
    parts = r.choices(table, k=words)
    for _ in range(words // 5):
        parts.insert(r.randrange(len(parts)), r.choice(MARKS))
    if r.random() < .25:
        parts.append(str(r.randrange(100000)))
    if r.random() < .15:
        parts.append(r.choice(EMOJI))
    return gap.join(parts).strip() or "好"


APPS = ((5, "<url>https://mp.example.com/s/%s?chksm=%s&amp;scene=1</url>"),
        (6, "<appattach><totallen>%s</totallen><fileext>pdf</fileext><attachid>@cdn_%s</attachid></appattach>"),
        (33, "<weappinfo><appid>wx%s</appid><pagepath>pages/%s.html</pagepath></weappinfo>"))


def app_of(r):
    """Type and XML of an app message: a link, a file or a mini program."""
    kind, inner = APPS[min(r.randrange(6), 4) // 2]
    escaped = lambda s: s.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")  # noqa: E731
    title = escaped(text_of(r).replace("\n", " ")[:40].strip())
    noise = lambda: "%032x" % r.getrandbits(128)  # noqa: E731
    inner %= (noise(), noise())
    return 49 + (kind << 32), (
        '<?xml version="1.0"?>\n<msg>\n\t<appmsg appid="" sdkver="0">\n\t\t<title>' + title + "</title>\n\t\t<des>"
        + escaped(text_of(r)[:80]) + "</des>\n\t\t<action />\n\t\t<type>" + str(kind) + "</type>\n\t\t<showtype>0</showtype>\n\t\t"
        + inner + "\n\t\t<thumburl>https://mmbiz.example.cn/" + noise() + "/300</thumburl>\n\t\t<md5>" + noise()
        + "</md5>\n\t\t<statextstr>" + noise() + "</statextstr>\n\t\t<appattach><cdnthumburl>" + noise()
        + "</cdnthumburl><cdnthumbaeskey>" + noise() + "</cdnthumbaeskey></appattach>\n\t</appmsg>\n"
        "\t<fromusername></fromusername>\n\t<scene>0</scene>\n\t<commenturl></commenturl>\n</msg>\n")


def arrival(r, count):
    """The messages, numbered by time, in the order in which they reached the store."""
    order, step = [], 16
    for start in range(0, count, step):  # neighbours are mixed
        part = list(range(start, min(start + step, count)))
        r.shuffle(part)
        order += part
    late, kept = [], []
    length = max(1, count // 2000)
    for start in range(0, count, length):
        block = order[start:start + length]
        if r.random() < .1:
            late.append((r.uniform(start, count), block))
        else:
            kept.append((float(start), block))
    return [i for _, block in sorted(late + kept) for i in block]


def varint(n):
    out = bytearray()
    while n > 0x7F:
        out.append(n & 0x7F | 0x80)
        n >>= 7
    return bytes(out + bytes([n]))


def field(number, value):
    """One protobuf field, of a number or of bytes."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


CONTACT = """(id INTEGER PRIMARY KEY, username TEXT, local_type INTEGER, alias TEXT, encrypt_username TEXT, flag INTEGER,
delete_flag INTEGER, verify_flag INTEGER, remark TEXT, remark_quan_pin TEXT, remark_pin_yin_initial TEXT, nick_name TEXT,
pin_yin_initial TEXT, quan_pin TEXT, big_head_url TEXT, small_head_url TEXT, head_img_md5 TEXT, chat_room_notify INTEGER,
is_in_chat_room INTEGER, description TEXT, extra_buffer BLOB, chat_room_type INTEGER)"""
SESSION = """CREATE TABLE SessionTable(username TEXT PRIMARY KEY, type INTEGER, unread_count INTEGER,
unread_first_msg_srv_id INTEGER, unread_first_pat_msg_local_id INTEGER, unread_first_pat_msg_sort_seq INTEGER,
is_hidden INTEGER, summary TEXT, draft TEXT, status INTEGER, last_timestamp INTEGER, sort_timestamp INTEGER,
last_clear_unread_timestamp INTEGER, last_msg_locald_id INTEGER, last_msg_type INTEGER, last_msg_sub_type INTEGER,
last_msg_sender TEXT, last_sender_display_name TEXT, last_msg_ext_type INTEGER)"""
MESSAGE = """(local_id INTEGER PRIMARY KEY AUTOINCREMENT, server_id INTEGER, local_type INTEGER, sort_seq INTEGER,
real_sender_id INTEGER, create_time INTEGER, status INTEGER, upload_status INTEGER, download_status INTEGER,
server_seq INTEGER, origin_source INTEGER, source TEXT, message_content TEXT, compress_content TEXT,
packed_info_data BLOB, WCDB_CT_message_content INTEGER DEFAULT NULL, WCDB_CT_source INTEGER DEFAULT NULL)"""
INDEXES = (("SENDERID", "real_sender_id"), ("SERVERID", "server_id"), ("SORTSEQ", "sort_seq"),
           ("TYPE_SEQ", "local_type, sort_seq"))


def make_people(r, me, senders, talker):
    """The contacts, (username, local_type, alias, verify, remark, nickname), and the other talkers."""
    people = [(me, 1, "my_id", 0, "", "我自己")]
    people += [(u, 1 if i % 2 else 3, "", 0, "同事" + str(i) if i % 4 == 1 else "", name_of(r)) for i, u in enumerate(senders[1:])]
    people.append((talker, 2, "", 0, "", "一百万条消息的群"))
    while len(people) < CONTACTS:
        draw = r.random()
        if draw < .1:
            people.append((f"{r.randrange(10**9, 10**11)}@chatroom", 2, "", 0, "", name_of(r) + "的群"))
        elif draw < .15:
            people.append((f"gh_{r.getrandbits(48):012x}", 1, "", 8, "", name_of(r) + "公众号"))
        else:
            people.append((f"wxid_{r.getrandbits(64):016x}", 1 if draw < .5 else 3, f"id{r.getrandbits(24)}" if draw < .4 else "",
                           0, name_of(r) + "备注" if draw < .3 else "", name_of(r) + r.choice(["", "🌸", " Ann", "&Co"])))
    return people


def write_contacts(writer, people, senders, talker):
    db = writer.open("contact", "contact.db")
    db.execute("BEGIN")
    for table in ("contact", "stranger"):
        db.execute(f"CREATE TABLE {table}{CONTACT}")
        db.execute(f"CREATE INDEX {table}_localType ON {table}(local_type)")
    db.execute("CREATE TABLE name2id(username TEXT PRIMARY KEY)")
    db.execute("CREATE TABLE chat_room(id INTEGER PRIMARY KEY, username TEXT, owner TEXT, ext_buffer BLOB)")
    db.execute("CREATE TABLE chatroom_member(room_id INTEGER, member_id INTEGER, CONSTRAINT room_member UNIQUE(room_id, member_id))")
    ids = {}
    for i, (username, local_type, alias, verify, remark, nickname) in enumerate(people, 1):
        ids[username] = i
        avatar = "https://wx.qlogo.cn/mmhead/ver_1/" + md5(username) + "/"
        db.execute("INSERT INTO contact(id,username,local_type,alias,flag,delete_flag,verify_flag,remark,nick_name,big_head_url,"
                   "small_head_url) VALUES(?,?,?,?,3,0,?,?,?,?,?)",
                   (i, username, local_type, alias, verify, remark, nickname, avatar + "0", avatar + "132"))
        db.execute("INSERT INTO name2id(rowid, username) VALUES(?,?)", (i, username))
    members = b"".join(field(1, field(1, u.encode()) + field(2, f"群名片{i}".encode()) + field(3, 1)) for i, u in enumerate(senders))
    db.execute("INSERT INTO chat_room VALUES(?,?,?,?)", (ids[talker], talker, senders[1], members + field(5, 500)))
    db.executemany("INSERT INTO chatroom_member VALUES(?,?)", [(ids[talker], ids[u]) for u in senders])
    db.execute("COMMIT")
    writer.turn_to_wal(db)
    db.close()


def write_sessions(writer, seed, people, talker, last):
    r = random.Random(seed)
    db = writer.open("session", "session.db")
    db.execute("BEGIN")
    db.execute(SESSION)
    db.execute("CREATE INDEX SessionTable_LSENDER ON SessionTable(last_msg_sender)")
    db.execute("CREATE INDEX SessionTable_TYPE ON SessionTable(type)")
    others = [p[0] for p in people if p[0] != talker and (p[1] != 3)][1:SESSIONS]
    for i, username in enumerate([talker] + others):
        when = last - i * 700 - r.randrange(600)
        db.execute("INSERT INTO SessionTable VALUES(?,?,?,0,0,0,0,?,'',0,?,?,0,?,1,0,?,?,0)",
                   (username, 2 if username.endswith("@chatroom") else 1, r.randrange(4), text_of(r)[:40], when, when,
                    r.randrange(1, 1000), username, name_of(r)))
    db.execute("COMMIT")
    writer.turn_to_wal(db)
    db.close()


class Shard:
    """message_N.db of one account."""

    def __init__(self, writer, number):
        self.writer = writer
        self.db = writer.open("message", f"message_{number}.db")
        self.db.execute("BEGIN")
        self.db.execute("CREATE TABLE TimeStamp(timestamp INTEGER)")
        self.db.execute("CREATE TABLE Name2Id(user_name TEXT PRIMARY KEY, is_session INTEGER)")

    def chat(self, talker):
        table = "Msg_" + md5(talker)
        self.db.execute(f"CREATE TABLE {table}{MESSAGE}")
        for name, columns in INDEXES:
            self.db.execute(f"CREATE INDEX {table}_{name} ON {table}({columns})")
        return (f"INSERT INTO {table}(server_id,local_type,sort_seq,real_sender_id,create_time,status,upload_status,download_status,"
                "server_seq,origin_source,message_content,packed_info_data,WCDB_CT_message_content,WCDB_CT_source)"
                " VALUES(?,?,?,?,?,?,0,0,?,1,?,?,?,0)")

    def finish(self, pending=None):
        """Ends the filling; `pending` is (statement, commits), rows that stay in the log."""
        self.db.execute("COMMIT")
        self.writer.turn_to_wal(self.db)
        if not pending:
            self.db.close()
            return
        for rows in pending[1]:
            self.db.execute("BEGIN")
            self.db.executemany(pending[0], rows)
            self.db.execute("COMMIT")


def main():
    count = int(sys.argv[1])
    seed = 20260101
    r = random.Random(seed)
    hexes = lambda n: f"{r.getrandbits(4 * n):0{n}x}"  # noqa: E731
    me = "wxid_" + hexes(14)
    senders = [me] + ["wxid_" + hexes(14) for _ in range(SENDERS - 1)]
    talker = "4" + str(r.randrange(10**9, 10**10)) + "@chatroom"
    key = r.randbytes(32)
    writers = [Writer(keys, out, me, "1a2b", key) for keys, out in (a.split("=", 1) for a in sys.argv[2:])]
    people = make_people(r, me, senders, talker)
    order = arrival(r, count)
    rare = set(r.sample(range(count), RARE_COUNT)) if count > RARE_COUNT else set()
    compressor = zstandard.ZstdCompressor(level=3)

    ends = [int(count * .4), int(count * .75), count]
    # The last commits of the last shard: enough to matter, fewer than a client checkpoints at.
    pending_rows = min(1000, count // 50)
    last, begin = 0, 0
    for number in range(SHARDS):
        shards = [Shard(w, number) for w in writers]
        names = [p[0] for p in people[20:60]] + senders + [talker]
        r.shuffle(names)
        ids = {u: i for i, u in enumerate(names, 1)}
        for shard in shards:
            shard.db.execute("INSERT INTO TimeStamp VALUES(?)", (START + begin * 20,))
            shard.db.executemany("INSERT INTO Name2Id VALUES(?,?)", [(u, int(u == talker)) for u in names])
        statements = [shard.chat(talker) for shard in shards][0]

        def row(message):
            nonlocal last
            when = START + message * 20 - (message % 10 == 3) * 20  # some share a second with their neighbour
            last = max(last, when)
            sender = r.choice(senders)
            server = r.getrandbits(62)
            draw, compressed = 1 if message in rare else r.random(), 0
            if draw < .01:
                kind, body, sender = 10000, name_of(r) + '邀请"' + name_of(r) + '"加入了群聊', talker
            elif draw < .11:
                kind, body = app_of(r)
                compressed = 4
            else:
                kind, body = 1, text_of(r)
                if message in rare:
                    body += RARE
            if sender not in (me, talker):
                body = sender + ":\n" + body
            if compressed:
                body = compressor.compress(body.encode())
            # The sequence counts within a second; now and then it does not.
            sequence = when * 1000 + (message % 10 == 3 and message % 100 != 3)
            return (server, kind, sequence, ids[sender], when, 2 if sender == me else 3, server & 0xFFFFFF, body,
                    b"\x08\x6a\x10\x0e", compressed)

        end = ends[number]
        in_log = pending_rows if number == SHARDS - 1 else 0
        for start in range(begin, end - in_log, 2000):
            rows = [row(i) for i in order[start:min(start + 2000, end - in_log)]]
            for shard in shards:
                shard.db.executemany(statements, rows)
        others = [p[0] for p in people[60 + number:60 + OTHER_CHATS * SHARDS:SHARDS]]
        for other in others:  # the other chats of the shard, small ones
            rows = [(r.getrandbits(62), 1, (START + i * 60) * 1000, ids[talker], START + i * 60, 3, 0, text_of(r), None, 0)
                    for i in range(40)]
            for shard in shards:
                shard.db.executemany(shard.chat(other), rows)
        commits = [[row(i) for i in order[start:min(start + 50, end)]] for start in range(end - in_log, end, 50)]
        for shard in shards:
            shard.finish((statements, commits) if in_log else None)
        begin = end

    middle = START + (count // 2) * 20
    width = min(10000, count // 4)
    for writer in writers:
        write_contacts(writer, people, senders, talker)
        write_sessions(writer, seed, people, talker, last)
        with open(os.path.join(writer.out, "account.json"), "w") as f:
            json.dump(dict(account=writer.folder, keys=writer.keys, key=writer.key.hex(), me=me, talker=talker,
                           table="Msg_" + md5(talker), messages=count, middleStart=middle, middleEnd=middle + width * 20 - 21,
                           rare=RARE, rareCount=len(rare), sessions=SESSIONS, contacts=CONTACTS), f)
    # No connection of the last shard is closed, for that would fold its log into the database.
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
