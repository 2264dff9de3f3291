"""Compares what `weflow sns` says of a generated account with its truth.json; called by compare.py."""
import json
import os

HOSTS = ["http://127.0.0.1:5999"]
LINK = ("一篇文章", "https://example.com/?a=1&b=2")


def check(account):
    account.env["XDG_CONFIG_HOME"] = os.path.join(account.scratch, "moments-config")
    folder = os.path.join(account.env["XDG_CONFIG_HOME"], "weflow")
    os.makedirs(folder)
    with open(os.path.join(folder, "config.json"), "w") as file:
        json.dump({"mediaHosts": HOSTS}, file)
    posts = account.truth["moments"]
    pages(account, posts)
    filters(account, posts)
    numbers(account, posts)


def timeline(account, *arguments):
    answer = account.ask("sns", "timeline", *arguments)
    account.same("timeline count", answer.get("count"), len(answer.get("timeline", [])))
    return answer.get("timeline", [])


def pages(account, posts):
    for limit in (1, 20, 200):
        last = len(posts) if limit > 1 else 15  # one by one is slow: the first fifteen prove it
        got = []
        for offset in range(0, last + limit, limit):
            got += timeline(account, "--limit", str(limit), "--offset", str(offset))
        account.same(f"posts in pages of {limit}", [post["id"] for post in got][:last], [post["id"] for post in posts][:last])
    for have, want in zip(got, posts):
        post(account, have, want)


def post(account, have, want):
    name = f"post {want['id']}"
    for field in ("tid", "username", "createTime", "contentDesc"):
        account.same(f"{name} {field}", have[field], want[field])
    account.same(f"{name} nickname", have["nickname"], account.truth["people"][want["username"]])
    if want["broken"]:
        return  # its second half is missing
    account.same(f"{name} type", have["type"], want["type"])
    account.same(f"{name} likes", have["likes"], want["likes"])
    account.same(f"{name} comments", [[c["username"], c["content"]] for c in have["comments"]], want["comments"])
    account.same(f"{name} link", (have.get("linkTitle"), have.get("linkUrl")), LINK if want["type"] == 3 else (None, None))
    account.same(f"{name} files", sum(1 + ("livePhoto" in m) for m in have["media"]), len(want["mediaSha256"]))
    for reply in have["comments"]:
        names = {c["id"]: c["nickname"] for c in have["comments"]}
        account.same(f"{name} reply", reply["refNickname"], names.get(reply["refCommentId"], ""))
    for media in have["media"]:
        account.same(f"{name} token", "token=" in media["rawUrl"] and media["rawUrl"].startswith(HOSTS[0]), True)
        for item in [media] + ([media["livePhoto"]] if "livePhoto" in media else []):
            # A JavaScript number would have rounded it.
            account.same(f"{name} key", f"&key={item['key']}" in item["proxyUrl"] if "key" in item else True, True)


def filters(account, posts):
    ids = lambda rows: [row["id"] for row in rows]  # noqa: E731
    for keyword in ("旅行", "HELLO", "真不错", "<第", "nothing of the kind"):
        wanted = [p for p in posts if keyword.lower() in p["contentDesc"].lower()]
        account.same(f"keyword {keyword}", ids(timeline(account, "--limit", "200", "--keyword", keyword)), ids(wanted)[:200])
    people = sorted({p["username"] for p in posts})[:2]
    wanted = [p for p in posts if p["username"] in people]
    account.same("usernames", ids(timeline(account, "--usernames", ",".join(people), "--offset", "3")), ids(wanted)[3:23])
    start, end = posts[50]["createTime"], posts[10]["createTime"]
    wanted = [p for p in posts if start <= p["createTime"] <= end]
    account.same("range", ids(timeline(account, "--limit", "200", "--start", str(start), "--end", str(end))), ids(wanted))
    account.same("range that ends first", timeline(account, "--start", str(end), "--end", str(start)), [])


def numbers(account, posts):
    counts = {}
    for row in posts:
        counts[row["username"]] = counts.get(row["username"], 0) + 1
    ordered = sorted(counts, key=lambda name: (-counts[name], name))
    account.same("sns usernames", account.ask("sns", "usernames"), {"success": True, "usernames": ordered})
    data = {"totalPosts": len(posts), "totalFriends": len(counts), "myPosts": counts.get(account.truth["me"], 0)}
    account.same("sns stats", account.ask("sns", "stats"), {"success": True, "data": data})
