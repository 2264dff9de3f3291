"""Compares searches, counts and statistics over all chats with truth.json, command line and HTTP with each other, and
random searches with what the messages of every chat say.
"""
import json
import os
import random

from server import Server

OPTIONS = {"sessionType": "session-type"}


def fold(text):
    """Unicode simple case folding, one scalar for one."""
    out = []
    for c in text:
        f, low = c.casefold(), c.lower()
        out.append(f if len(f) == 1 else low if len(low) == 1 else c)
    return "".join(out)


def command(parameters, words=()):
    options = []
    for name, value in parameters.items():
        options += [f"--{OPTIONS.get(name, name)}", str(value)] if value not in (0, 1) or name in ("context", "limit") else [f"--{name}={value}"]
    return [*options, *(["--", *words] if words else [])]


def place(message):
    return {"sessionId": message["sessionId"], "localId": message["localId"], "serverId": message["serverId"]}


def check_search(account, server, entry):
    parameters, name = dict(entry["parameters"]), entry["name"]
    q = parameters.pop("q", None)
    out = account.run("search", *command(parameters, entry["words"]))
    if not out:
        return
    answer = json.loads(out)
    over_http = server.get("/api/v1/search", **entry["parameters"])[2]
    account.same(f"search {name}: HTTP and command line", over_http == out.rstrip(b"\n"), True)
    if parameters.get("counts"):
        account.same(f"search {name}", answer.get("sessions"), entry["sessions"])
        account.same(f"search {name} total", answer.get("total"), entry["total"])
        return
    messages, hits = answer.get("messages", []), entry["hits"]
    account.same(f"search {name} count", (answer.get("count"), len(messages), answer.get("hasMore")), (len(hits), len(hits), entry["hasMore"]))
    for got, wanted in zip(messages, hits):
        for key in ("sessionId", "localId", "serverId", "createTime", "matches", "matchesIn"):
            account.same(f"search {name} {wanted['sessionId']} {wanted['localId']} {key}", got.get(key), wanted.get(key))
        for side in ("before", "after"):
            if side in wanted:
                found = [{"sessionId": got["sessionId"], "localId": m["localId"], "serverId": m["serverId"]} for m in got.get(side, [])]
                account.same(f"search {name} {wanted['localId']} {side}", found, wanted[side])
    account.same(f"search {name} cursor", "cursor" in answer, bool(messages))
    _ = q


def check_pages(account):
    """Pages of every size give one after another what one page gives."""
    for order in ("desc", "asc"):
        whole = account.ask("search", "--in", ",".join(list(account.truth["messages"])[:40]), "--order", order, "--limit", "0")["messages"]
        for limit in (1, 3, 50):
            got, cursor = [], None
            last = min(len(whole), 12 * limit)
            while len(got) < last:
                more = ["--cursor", cursor] if cursor else []
                page = account.ask("search", "--in", ",".join(list(account.truth["messages"])[:40]), "--order", order, "--limit", str(limit), *more)
                got += page["messages"]
                cursor = page.get("cursor")
                if not page["hasMore"]:
                    break
            account.same(f"pages of {limit} {order}", got[:last] == whole[:last], True)


def check_random(account, server, count):
    """Random words and filters, held against the messages of every chat."""
    r = random.Random(7)
    everything = []
    for talker in account.truth["messages"]:
        for m in account.ask("messages", talker, "--limit", "0", "--detail").get("messages", []):
            everything.append(dict(m, sessionId=talker))
    key = lambda m: (m["createTime"], m["sortSeq"], m["localId"], m["sessionId"])  # noqa: E731
    everything.sort(key=key, reverse=True)
    folded = [(fold(m["parsedContent"]), fold(m.get("detail", {}).get("transcript", ""))) for m in everything]
    talkers = list(account.truth["messages"])
    senders = sorted({m["senderUsername"] for m in everything if m["senderUsername"] and "," not in m["senderUsername"]})
    for number in range(count):
        words, p = [], {}
        for _ in range(r.choice((0, 1, 1, 1, 2, 3))):
            text = r.choice(everything)["parsedContent"]
            at = r.randrange(len(text)) if text else 0
            word = text[at:at + r.choice((1, 1, 2, 3, 5, 9))]
            if r.random() < 0.3:
                word = word.swapcase()
            if word.strip() and "\x00" not in word and not word.startswith("-") and '"' not in word:
                words.append(word)
        if r.random() < 0.3:
            p["in"] = ",".join(r.sample(talkers, r.randint(1, 4)))
        if r.random() < 0.3:
            p["exclude"] = ",".join(r.sample(talkers, r.randint(1, 4)))
        if r.random() < 0.3:
            p["from"] = ",".join(r.sample(senders, r.randint(1, 3)))
        if r.random() < 0.3:
            p["start"] = r.choice(everything)["createTime"]
        if r.random() < 0.3:
            p["end"] = r.choice(everything)["createTime"]
        if r.random() < 0.3:
            p["any"] = 1
        p["order"] = r.choice(("desc", "asc"))
        p["limit"] = r.choice((1, 7, 100, 10000))
        if not words and not {"in", "from", "start", "end"} & set(p):
            continue
        enough = any if p.get("any") else all
        hits = []
        for m, (shown, said) in zip(everything, folded):
            if words and not enough(fold(w) in shown or fold(w) in said for w in words):
                continue
            if "in" in p and m["sessionId"] not in p["in"].split(",") or m["sessionId"] in p.get("exclude", "").split(","):
                continue
            if "from" in p and m["senderUsername"] not in p["from"].split(","):
                continue
            if m["createTime"] < p.get("start", 0) or m["createTime"] > p.get("end", 1 << 60):
                continue
            hits.append(m)
        if p["order"] == "asc":
            hits.reverse()
        wanted = [(m["sessionId"], m["localId"], m["serverId"]) for m in hits[:p["limit"]]]
        # Every tenth on the command line, which starts a process each.
        if number % 10 == 0:
            out = account.run("search", *command(p, words))
        else:
            q = dict(p, q=" ".join(f'"{w}"' for w in words)) if words else p
            out = server.get("/api/v1/search", **q)[2]
        answer = json.loads(out) if out else {}
        got = [(m["sessionId"], m["localId"], m["serverId"]) for m in answer.get("messages", [])]
        account.same(f"random search {number} {words} {p}", (got, answer.get("hasMore")), (wanted, len(hits) > p["limit"]))


def check_stats(account, server, entry):
    parameters = dict(entry["parameters"])
    out = account.run("stats", *command(parameters))
    answer = json.loads(out) if out else {}
    account.same(f"stats {entry['name']} total", answer.get("total"), entry["total"])
    account.same(f"stats {entry['name']} by", answer.get("by"), entry["parameters"]["by"].split(","))
    got, wanted = answer.get("rows", []), entry["rows"]
    account.same(f"stats {entry['name']} rows", len(got), len(wanted))
    for have, want in zip(got, wanted):
        account.same(f"stats {entry['name']} {want['keys']}", have, want)
    account.same(f"stats {entry['name']}: HTTP and command line", server.get("/api/v1/stats", **parameters)[2] == out.rstrip(b"\n"), True)


def check(account, searches=int(os.environ.get("SEARCHES", "25"))):
    with Server(account) as server:
        for entry in account.truth.get("search", []):
            check_search(account, server, entry)
        check_pages(account)
        check_random(account, server, searches)
        for entry in account.truth.get("stats", []):
            check_stats(account, server, entry)
