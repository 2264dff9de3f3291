"""Favourites, articles, labels, contacts in detail, requests for friendship, and the forms of every list, as compare.py
compares the rest. Every list is asked for on the command line and of the server, which must answer with the same bytes.
"""
import csv
import hashlib
import io
import json
import os
import tempfile

try:
    import vobject
except ImportError:
    vobject = None

from server import Server


def check(account):
    with Server(account) as server:
        for what in (favorites, files, articles, labels, contacts, requests):
            what(account, server)
    forms(account)
    cards(account)


def each(account, what, got, wanted):
    account.same(f"number of {what}", len(got), len(wanted))
    for have, want in zip(got, wanted):
        account.same(what, have, want)
        # Keys that the truth has in another order are those of favourites.
        if what != "favorite":
            account.same(f"keys of {what}", list(have), list(want))


# --- favourites -----------------------------------------------------------------------------------------------------
KEYS = "id type kind time title text url from chat tags parts sourceServerId".split()
PART = "kind title text format size seconds md5 url".split()


def truth(account, got):
    """The favourites of the truth; of broken ones what was read stands for what should be."""
    wanted = []
    for have, want in zip(got, account.truth["favorites"]):
        want = {key: have.get(key) if value is None else value for key, value in want.items()}
        want["parts"] = [{key: value for key, value in part.items() if key in PART} for part in want["parts"]]
        wanted.append(want)
    return wanted


def favorites(account, server):
    got = server.both("/api/v1/favorites", "favorites", "--limit", "10000", limit=10000).get("favorites", [])
    account.same("number of favorites", len(got), len(account.truth["favorites"]))
    wanted = truth(account, got)
    each(account, "favorite", got, wanted)
    for have in got:
        account.same("keys of a favorite", list(have), KEYS)
        for part in have["parts"]:
            account.same("keys of a part", list(part), [key for key in PART if key in part])
    times = sorted(row["time"] for row in wanted)
    start, end = times[len(times) // 4], times[len(times) * 3 // 4]
    cases = [
        (dict(type="note"), lambda r: r["kind"] == 18), (dict(type="Record, text"), lambda r: r["kind"] in (1, 14)),
        (dict(type="99"), lambda r: r["kind"] == 99), (dict(type="18"), lambda r: r["kind"] == 18),
        (dict(tag="工作, 重要"), lambda r: "工作, 重要" in r["tags"]), (dict(tag="没有"), lambda r: False),
        (dict(start=start, end=end), lambda r: start <= r["time"] <= end),
        (dict(keyword="牛奶"), lambda r: "牛奶" in json.dumps([r["title"], r["text"], r["parts"]], ensure_ascii=False)),
        (dict(keyword="附件.DOCX"), lambda r: any("附件.docx" in part["title"] for part in r["parts"])),
        (dict(keyword="旅行"), lambda r: "旅行" in r["tags"]),
        (dict(keyword="别处的号"), lambda r: "别处的号" in r["from"]["name"]),
    ]
    for parameters, fits in cases:
        arguments = [word for name, value in parameters.items() for word in (f"--{name}", str(value))]
        found = server.both("/api/v1/favorites", "favorites", *arguments, **parameters).get("favorites", [])
        account.same(f"favorites {parameters}", [row["id"] for row in found], [row["id"] for row in wanted if fits(row)][:100])
    pages = []
    while True:
        page = account.ask("favorites", "--limit", "7", "--offset", str(len(pages))).get("favorites", [])
        pages += page
        if len(page) < 7:
            break
    account.same("favorites by pages", [row["id"] for row in pages], [row["id"] for row in got])


def files(account, _):
    """The files of parts: what lies on this machine is found under any name and in any form, by its bytes."""
    with tempfile.TemporaryDirectory() as folder:
        arguments = ["favorites", "--limit", "0", "--media", "--export-path", folder, "--image-key", account.keys["imageAesKey"],
                     "--image-xor-key", str(account.keys["imageXorKey"])]
        got = account.ask(*arguments).get("favorites", [])
        for have, want in zip(got, account.truth["favorites"]):
            for part, wanted in zip(have["parts"], want["parts"] or []):
                name = f"file of a part of {have['id']}, {part['kind']} {part['title']!r}"
                if "state" not in wanted:
                    account.same(f"{name} has no file", "mediaLocalPath" in part, False)
                elif wanted["state"] != "present":
                    account.same(f"{name} is absent", ("mediaError" in part, "mediaUrl" in part), (True, False))
                elif "mediaLocalPath" not in part:
                    account.differ(f"{name} is not found: {part.get('mediaError')}")
                else:
                    account.same(f"{name} below the folder", os.path.realpath(part["mediaLocalPath"]).startswith(os.path.realpath(folder)), True)
                    data = open(part["mediaLocalPath"], "rb").read()
                    key = "pcm_sha256" if "pcm_sha256" in wanted else "sha256"
                    digest = hashlib.sha256(data[44:] if key == "pcm_sha256" else data).hexdigest()
                    account.same(f"bytes of {name}", digest, wanted[key])
        account.same("favorites with files a second time", account.ask(*arguments).get("favorites"), got)


# --- the others -----------------------------------------------------------------------------------------------------
def articles(account, server):
    wanted = [{key: value for key, value in row.items() if key != "unread"} for row in account.truth["articles"]]
    got = server.both("/api/v1/articles", "articles", "--limit", "10000", limit=10000).get("articles", [])
    each(account, "article", got, wanted)
    unread = server.both("/api/v1/articles", "articles", "--unread", "--limit", "10000", unread=1, limit=10000).get("articles", [])
    each(account, "unread article", unread, [{key: value for key, value in row.items() if key != "unread"} for row in account.truth["articles"] if row["unread"]])
    for username in sorted({row["accountId"] for row in wanted}):
        found = server.both("/api/v1/articles", "articles", "--account", username, account=username).get("articles", [])
        account.same(f"articles of {username}", found, [row for row in wanted if row["accountId"] == username][:100])
    found = server.both("/api/v1/articles", "articles", "--keyword", "第二篇", keyword="第二篇").get("articles", [])
    account.same("articles with a word", found, [row for row in wanted if any("第二篇" in row[key] for key in ("title", "digest", "accountName"))])
    by_pages = [row for offset in range(0, len(wanted) + 5, 5)
                for row in account.ask("articles", "--limit", "5", "--offset", str(offset)).get("articles", [])]
    account.same("articles by pages", by_pages, wanted)


def labels(account, server):
    each(account, "label", server.both("/api/v1/labels", "labels").get("labels", []), account.truth["labels"])
    detailed = account.truth["contactsDetail"]
    for label in account.truth["labels"]:
        found = server.both("/api/v1/contacts", "contacts", "--label", label["name"], label=label["name"]).get("contacts", [])
        account.same(f"contacts with {label['name']}", [row["username"] for row in found],
                     [row["username"] for row in detailed if label["name"] in row["labels"]][:100])


def contacts(account, server):
    wanted = account.truth["contactsDetail"]
    got = server.both("/api/v1/contacts", "contacts", "--detail", "--limit", "10000", detail=1, limit=10000).get("contacts", [])
    each(account, "contact", got, wanted)
    for kinds in ("friend", "group", "official", "former_friend", "group,official"):
        found = server.both("/api/v1/contacts", "contacts", "--type", kinds, type=kinds).get("contacts", [])
        account.same(f"contacts of {kinds}", [row["username"] for row in found],
                     [row["username"] for row in wanted if row["type"] in kinds.split(",")][:100])


def requests(account, server):
    wanted = [{key: value for key, value in row.items() if key != "rowType"} for row in account.truth["friendRequests"]]
    each(account, "friend request", server.both("/api/v1/friend-requests", "friend-requests").get("requests", []), wanted)
    times = sorted(row["time"] for row in wanted)
    start, end = times[1], times[-2]
    found = server.both("/api/v1/friend-requests", "friend-requests", "--start", str(start), "--end", str(end), start=start, end=end)
    account.same("friend requests of a time", found.get("requests"), [row for row in wanted if start <= row["time"] <= end])


# --- forms ----------------------------------------------------------------------------------------------------------
def forms(account):
    """Lines and rows say what the JSON says; only texts that a spreadsheet would run are guarded."""
    room = next(iter(account.truth["groups"]))
    talker = max(account.truth["messages"], key=lambda t: len(account.truth["messages"][t]))
    lists = [
        (["sessions"], "sessions"), (["contacts"], "contacts"), (["contacts", "--detail"], "contacts"), (["labels"], "labels"),
        (["group-members", room], "members"), (["friend-requests"], "requests"), (["favorites"], "favorites"), (["articles"], "articles"),
        (["sns", "timeline"], "timeline"), (["messages", talker, "--detail", "--names"], "messages"),
    ]
    for words, name in lists:
        more = [] if words[0] == "group-members" else ["--limit", "0"]
        rows = account.ask(*words, *more).get(name, [])
        lines = [json.loads(line) for line in account.run(*words, *more, "--format", "jsonl").splitlines()]
        account.same(f"{words} in lines", lines == rows, True)
        for options, raw in (([], False), (["--raw", "--bom"], True)):
            out = account.run(*words, *more, "--format", "csv", *options).decode()
            account.same(f"{words} byte order mark", out.startswith("\ufeff"), raw)
            table = list(csv.reader(io.StringIO(out.lstrip("\ufeff"), newline="")))
            head, table = table[0], table[1:]
            account.same(f"{words} number of rows", len(table), len(rows))
            for row, cells in zip(rows, table):
                account.same(f"{words} columns", [key for key in row if key not in head], [])
                account.same(f"{words} row", cells, [cell(row.get(key), raw) for key in head])
    usernames = account.ask("sns", "usernames").get("usernames", [])
    account.same("usernames in rows", account.run("sns", "usernames", "--format", "csv").decode().split("\r\n"), ["username", *usernames, ""])


def cell(value, raw):
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, str):
        return "'" + value if value[:1] in ("=", "+", "-", "@", "\t", "\r") and value and not raw else value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("\x7f", "\\u007f")


def cards(account):
    """A parser that others wrote reads the cards."""
    if vobject is None:
        return
    friends = [row for row in account.truth["contactsDetail"] if row["type"] == "friend"]
    text = account.run("contacts", "--limit", "0", "--format", "vcf").decode()
    account.same("lines of cards are short", [line for line in text.split("\r\n") if len(line.encode()) > 75], [])
    cards = list(vobject.readComponents(text))
    account.same("number of cards", len(cards), len(friends))
    for card, friend in zip(cards, friends):
        name = f"card of {friend['username']}"
        account.same(f"{name} version", card.version.value, "4.0")
        account.same(f"{name} FN", card.fn.value, friend["displayName"])
        account.same(f"{name} UID", card.uid.value, friend["username"])
        account.same(f"{name} TEL", [tel.value for tel in card.contents.get("tel", [])], friend["phones"])
        account.same(f"{name} NOTE", [note.value for note in card.contents.get("note", [])], [friend["signature"]] if "signature" in friend else [])
        account.same(f"{name} CATEGORIES", [list(c.value) for c in card.contents.get("categories", [])], [friend["labels"]] if friend["labels"] else [])
