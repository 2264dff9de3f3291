"""What messages carry beside their text, and what an account holds beside messages, as compare.py compares the rest:
transcripts, files and their copies, pictures of people, what is unread. Every list is asked for on the command line and of
the server, which must answer with the same bytes.
"""
import hashlib
import json
import os
import re
import tempfile
import urllib.parse

from server import Server


def check(account):
    with Server(account) as server:
        for what in (transcripts, files, filters, copies, media, avatars, unread):
            what(account, server)


def both(account, server, command, path, *arguments, **parameters):
    """The answer of the command, after it was compared with that of the server."""
    out = account.run(command, *arguments)
    status, _, body = server.get(path, **parameters)
    account.same(f"{path} {parameters} status", status, 200)
    account.same(f"{path} {parameters} says what {command} says", body == out.rstrip(b"\n"), True)
    return json.loads(out) if out else {}


def transcripts(account, _):
    """Every voice: `detail.transcript` where there is a final text, and behind the label of the text format."""
    truth = {(t["sessionId"], t["localId"], t["serverId"]): t["transcript"] for t in account.truth["transcripts"]}
    for talker in account.truth["messages"]:
        voices = [m for m in account.ask("messages", talker, "--limit", "0", "--detail").get("messages", []) if m["localType"] == 34]
        text = account.run("messages", talker, "--limit", "0", "--format", "text").decode() if voices else ""
        for voice in voices:
            key = (talker, voice["localId"], voice["serverId"])
            wanted = truth.pop(key, None)
            account.same(f"transcript of {key}", voice["detail"].get("transcript"), wanted)
            if wanted and not any(wanted.splitlines()[0] in line and "[语音] " in line for line in text.splitlines()):
                account.differ(f"the transcript of {key} is not behind its label")
    account.same("transcripts of no message", list(truth), [])


# --- files --------------------------------------------------------------------------------------------------------
KEYS = ("sessionId sessionName serverId localId createTime senderUsername senderName fileName fileExt fileSize fileMd5 state "
        "path recordPath").split()


def expected(account, row):
    """A row of the truth as the answer has it: paths are absolute."""
    row = dict(row)
    row.pop("sha256", None)
    row.pop("pathAny", None)
    if "path" in row:
        row["path"] = os.path.join(account.keys["account"], row["path"])
    return row


def files(account, server):
    truth = account.truth["files"]
    answer = both(account, server, "files", "/api/v1/files", "--limit", "10000", limit=10000)
    got = answer.get("files", [])
    account.same("files count", (answer.get("count"), len(got)), (len(truth), len(truth)))
    for have, want in zip(got, truth):
        name = f"file {want['fileName']!r} of {want['sessionId']} {want['localId']}"
        if have.get("path") in [os.path.join(account.keys["account"], path) for path in want.get("pathAny", [])]:
            have = dict(have, path=os.path.join(account.keys["account"], want["path"]))
        account.same(name, have, expected(account, want))
        account.same(f"keys of {name}", list(have), [key for key in KEYS if key in have])
        if "sha256" in want:
            account.same(f"bytes of {name}", digest(have.get("path")), want["sha256"])
    lines = [json.loads(line) for line in account.run("files", "--limit", "0", "--format", "jsonl").splitlines()]
    account.same("files in lines", lines == got, True)
    account.same("rows of the table", len(account.run("files", "--limit", "0", "--format", "table").splitlines()), len(truth) + 1)


def digest(path):
    if not path or not os.path.isfile(path) or os.path.islink(path):
        return None
    return hashlib.sha256(open(path, "rb").read()).hexdigest()


def filters(account, server):
    truth = account.truth["files"]
    chats = sorted({row["sessionId"] for row in truth})
    senders = sorted({row["senderUsername"] for row in truth})
    times = [row["createTime"] for row in truth]
    start, end = sorted((times[len(times) // 4], times[len(times) * 3 // 4]))
    cases = [
        (dict(ext="pdf,.DOCX"), lambda r: r["fileExt"] in ("pdf", "docx")),
        (dict(keyword="预算"), lambda r: "预算" in r["fileName"]),
        (dict(keyword="lesson"), lambda r: "lesson" in r["fileName"].lower()),
        ({"in": ",".join(chats[:2])}, lambda r: r["sessionId"] in chats[:2]),
        (dict(exclude=chats[0]), lambda r: r["sessionId"] != chats[0]),
        ({"from": "me"}, lambda r: r["senderUsername"] == account.truth["me"]),
        ({"from": f"me,{senders[0]}"}, lambda r: r["senderUsername"] in (account.truth["me"], senders[0])),
        (dict(start=start, end=end), lambda r: start <= r["createTime"] <= end),
        (dict(start=end + 1, end=start), lambda r: False),
    ]
    for parameters, fits in cases:
        wanted = [expected(account, row) for row in truth if fits(row)]
        arguments = [word for name, value in parameters.items() for word in (f"--{name}", str(value))]
        got = both(account, server, "files", "/api/v1/files", "--limit", "10000", *arguments, limit=10000, **parameters)
        place = lambda rows: [(r["sessionId"], r["localId"], r.get("recordPath")) for r in rows]  # noqa: E731
        account.same(f"files {parameters}", place(got.get("files", [])), place(wanted))
    pages, limit = [], 7
    while True:
        page = account.ask("files", "--limit", str(limit), "--offset", str(len(pages)))["files"]
        pages += page
        if len(page) < limit:
            break
    account.same("files by pages", [(r["sessionId"], r["localId"], r.get("recordPath")) for r in pages],
                 [(r["sessionId"], r["localId"], r.get("recordPath")) for r in truth])


def safe(name, mark=""):
    """The name of a copy."""
    name = re.sub(r'[/\\:*?"<>|\x00-\x1f\x7f-\x9f]', "_", name).rstrip(". ")
    if re.match(r"\.[^.]", name):
        name = "_" + name[1:]
    stem, dot, ending = (name or "file").rpartition(".")
    if not stem:
        stem, dot, ending = name or "file", "", ""
    room = 200 - len((mark + dot + ending).encode())
    while len(stem.encode()) > room:
        stem = stem[:-1]
    return stem + mark + dot + ending


def copies(account, _):
    """One of equal files under its name, the oldest message's time, nothing overwritten, the same again."""
    present = [row for row in reversed(account.truth["files"]) if row["state"] == "present"]
    wanted, owners = {}, {}
    for row in reversed(account.truth["files"]):
        digest_or_place = row["fileMd5"] or row.get("sha256") or str((row["sessionId"], row["localId"]))
        if digest_or_place in wanted:
            continue
        for name in (safe(row["fileName"]), safe(row["fileName"], f"_{row['fileMd5'][:8]}")):
            if owners.setdefault(name.lower(), digest_or_place) == digest_or_place:
                break
        wanted[digest_or_place] = (name, row["createTime"])
    wanted = {wanted[row["fileMd5"] or row["sha256"]][0]: (row["sha256"], wanted[row["fileMd5"] or row["sha256"]][1])
              for row in reversed(present)}
    with tempfile.TemporaryDirectory() as folder:
        target = os.path.join(folder, "copies")
        for run in ("first", "second"):
            account.run("files", "--limit", "0", "--copy-to", target)
            got = {name: (digest(os.path.join(target, name)), int(os.stat(os.path.join(target, name)).st_mtime))
                   for name in os.listdir(target)}
            account.same(f"copies of the {run} run", got, wanted)
        account.same("nothing beside the copies", os.listdir(folder), ["copies"])
        # A file of the user's stays, and the copy gets its marked name.
        name = sorted(wanted)[0]
        other = os.path.join(folder, "other")
        os.mkdir(other)
        open(os.path.join(other, name), "w").write("mine")
        account.run("files", "--limit", "0", "--copy-to", other)
        account.same("a file of the user's", open(os.path.join(other, name)).read(), "mine")
        account.same("names beside it", len(os.listdir(other)), len(wanted) + 1)


def media(account, server):
    """`media=1` with `file`: names, states, and how they are served."""
    rows = [row for row in account.truth["files"] if "recordPath" not in row]
    for talker in sorted({row["sessionId"] for row in rows}):
        own = {(row["localId"], row["serverId"]): row for row in rows if row["sessionId"] == talker}
        plain = account.ask("messages", talker, "--limit", "0", "--media", "--no-image", "--no-voice", "--no-video", "--no-emoji")
        account.same(f"{talker} without files", [m for m in plain["messages"] if "mediaType" in m or "mediaError" in m], [])
        answer = account.ask("messages", talker, "--limit", "0", "--media", "--file", "--no-image", "--no-voice", "--no-video", "--no-emoji")
        for message in answer["messages"]:
            row = own.pop((message["localId"], message["serverId"]), None)
            if row is None:
                account.same(f"{talker} {message['localId']} has no file", "mediaType" in message, False)
                continue
            name = f"{talker} {row['fileName']!r}"
            if row["state"] != "present":
                account.same(f"mediaError of {name}", message.get("mediaError", "").partition(":")[0], row["state"])
                continue
            account.same(f"mediaType of {name}", message.get("mediaType"), "file")
            account.same(f"bytes of {name}", digest(message.get("mediaLocalPath")), row["sha256"])
            account.same(f"folder of {name}", os.path.dirname(message["mediaLocalPath"]).endswith("/files"), True)
            if message["mediaFileName"] not in (safe(row["fileName"]), safe(row["fileName"], f"_{row['fileMd5'][:8]}")):
                account.differ(f"mediaFileName of {name}: {message['mediaFileName']!r}")
            path = urllib.parse.urlsplit(message["mediaUrl"]).path
            status, headers, body = server.get(path)
            account.same(f"{name} is served", (status, hashlib.sha256(body).hexdigest()), (200, row["sha256"]))
            account.same(f"{name} is an attachment", (headers["Content-Disposition"] or "").split(";")[0], "attachment")
            account.same(f"{name} is not guessed at", headers["X-Content-Type-Options"], "nosniff")
            inline = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp",
                      "wav": "audio/wav", "mp3": "audio/mpeg", "mp4": "video/mp4"}
            account.same(f"type of {name}", headers["Content-Type"],
                         inline.get(message["mediaFileName"].rpartition(".")[2].lower(), "application/octet-stream"))
        account.same(f"{talker}: files of no message", list(own), [])
        big = account.ask("messages", talker, "--limit", "0", "--media", "--file", "--max-file", "1K", "--no-image", "--no-voice",
                          "--no-video", "--no-emoji")
        for message in big["messages"]:
            if message.get("mediaType") == "file" and os.path.getsize(message["mediaLocalPath"]) > 1024:
                account.differ(f"{talker} {message['localId']} is larger than it may be")


# --- pictures, unread ---------------------------------------------------------------------------------------------
def avatars(account, server):
    truth = sorted(account.truth["avatarFiles"], key=lambda row: row["username"].encode())
    wanted = [{key: value for key, value in row.items() if key != "sha256"} for row in truth]
    answer = both(account, server, "avatars", "/api/v1/avatars", "--limit", "10000", limit=10000)
    account.same("avatars", (answer.get("count"), answer.get("avatars")), (len(wanted), wanted))
    for row in truth:
        status, headers, body = server.get("/api/v1/avatars/" + urllib.parse.quote(row["username"], safe=""))
        account.same(f"avatar of {row['username']}", (status, headers["Content-Type"], hashlib.sha256(body).hexdigest()),
                     (200, row["contentType"], row["sha256"]))
        account.same(f"avatar of {row['username']} in the shell", account.run("avatars", "get", row["username"]) == body, True)
    account.same("avatar of nobody", server.get("/api/v1/avatars/nobody")[0], 404)
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(2):
            account.run("avatars", "--output-dir", folder)
            got = {name: digest(os.path.join(folder, name)) for name in os.listdir(folder)}
            endings = {"image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/webp": "webp"}
            account.same("pictures as files", got, {safe(f"{row['username']}.{endings[row['contentType']]}"): row["sha256"] for row in truth})


def unread(account, server):
    truth = account.truth["unread"]
    answer = both(account, server, "unread", "/api/v1/unread", "--limit", "10000", limit=10000)
    got = answer.get("sessions", [])
    account.same("unread count", (answer.get("count"), len(got)), (len(truth), len(truth)))
    place = lambda rows: [{"localId": r["localId"], "serverId": r["serverId"]} for r in rows]  # noqa: E731
    for have, want in zip(got, truth):
        account.same(f"unread of {want['sessionId']}", dict(have, messages=place(have["messages"])), want)
        for message in have["messages"]:
            account.same("senderName behind senderUsername", list(message)[6:8], ["senderUsername", "senderName"])
    bare = both(account, server, "unread", "/api/v1/unread", "--no-messages", messages=0)
    account.same("unread without messages", bare.get("sessions"), [{k: v for k, v in row.items() if k != "messages"} for row in truth][:100])
    cases = [({"mentions": 1}, lambda r: r["mentioned"])]
    cases += [({"sessionType": kinds}, lambda r, kinds=kinds: r["sessionType"] in kinds.split(","))
              for kinds in ("group", "private,group", "official", "other")]
    if truth:
        cases += [({"in": truth[0]["sessionId"]}, lambda r: r is truth[0]), ({"exclude": truth[0]["sessionId"]}, lambda r: r is not truth[0])]
    options = {"sessionType": "--session-type"}
    for parameters, fits in cases:
        arguments = [f"{options.get(name, '--' + name)}={value}" for name, value in parameters.items()]
        got = both(account, server, "unread", "/api/v1/unread", *arguments, **parameters)
        account.same(f"unread {parameters}", [r["sessionId"] for r in got.get("sessions", [])], [r["sessionId"] for r in truth if fits(r)][:100])
