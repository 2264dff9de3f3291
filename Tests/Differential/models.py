"""Plays a model's session against `weflow mcp`: with the official client of the protocol, which shakes hands, and with raw
lines of the revision that does not. What the tools give is compared with what the command line gives, every message with
the protocol's own rules, and any bytes, ids and numbers of requests are survived.

    models.py WEFLOW ACCOUNT_FOLDER...

The client is used where its package (mcp) is installed.
"""
import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile

try:
    import jsonschema
except ImportError:
    jsonschema = None

NEW = "2026-07-28"
META = {
    "io.modelcontextprotocol/protocolVersion": NEW,
    "io.modelcontextprotocol/clientCapabilities": {},
    "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "0"},
}
PRIVATE = {"rawContent", "mediaLocalPath", "path", "exportPath"}


def find_account(folder):
    keys = json.load(open(os.path.join(folder, "keys.json")))
    return os.path.join(folder, keys["account"]), keys.get("databaseKey")


def environment(folder, scratch):
    account, key = find_account(folder)
    env = {k: v for k, v in os.environ.items() if not k.startswith("WEFLOW_")}
    env.update(HOME=scratch, XDG_STATE_HOME=f"{scratch}/state", XDG_CONFIG_HOME=f"{scratch}/config", WEFLOW_ACCOUNT=account)
    if key:
        env["WEFLOW_KEY"] = key
    return env


def without_private(value):
    if isinstance(value, dict):
        return {k: without_private(v) for k, v in value.items() if k not in PRIVATE}
    return [without_private(v) for v in value] if isinstance(value, list) else value


CODES = {-32700, -32600, -32601, -32602, -32022}


def check_message(message, modern=True):
    """What the protocol itself says of every message that a server sends."""
    if isinstance(message, list):
        assert message and not modern, "a batch"
        for one in message:
            check_message(one, modern)
        return
    assert message["jsonrpc"] == "2.0"
    if "method" in message:
        assert set(message) <= {"jsonrpc", "method", "params"} and message["method"] == "notifications/progress", message
        params = message["params"]
        assert type(params["progressToken"]) in (int, str) and type(params["progress"]) in (int, float), message
        return
    assert set(message) <= {"jsonrpc", "id", "result", "error"} and ("result" in message) != ("error" in message), message
    if "id" in message:
        assert type(message["id"]) in (int, str), message
    if "error" in message:
        error = message["error"]
        assert error["code"] in CODES and isinstance(error["message"], str) and set(error) <= {"code", "message", "data"}, message
        assert "id" in message or error["code"] in (-32700, -32600), message
        return
    result = message["result"]
    assert isinstance(result, dict) and "id" in message, message
    assert ("resultType" in result) <= modern and result.get("resultType", "complete") == "complete", message
    if "content" in result:
        assert all(part["type"] == "text" and isinstance(part["text"], str) for part in result["content"]), message
        assert isinstance(result.get("structuredContent", {}), dict) and result.get("isError", False) in (True, False), message
        assert ("structuredContent" in result) != result.get("isError", False), message
    for tool in result.get("tools", []):
        assert all(c.isalnum() or c in "_.-" for c in tool["name"]) and tool["inputSchema"]["type"] == "object"
        assert tool["outputSchema"]["type"] == "object"
        if jsonschema:
            for kind in ("inputSchema", "outputSchema"):
                jsonschema.Draft202012Validator.check_schema(tool[kind])


class Raw:
    """The revision without a handshake, a line at a time."""

    def __init__(self, weflow, env, *options):
        self.process = subprocess.Popen([weflow, "mcp", *options], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE)
        self.number = 0
        self.max_bytes = int(options[options.index("--max-bytes") + 1]) if "--max-bytes" in options else 40_000
        tools = self.ask("tools/list")["result"]["tools"]
        self.validators = {tool["name"]: jsonschema.Draft202012Validator(tool["outputSchema"]) for tool in tools} if jsonschema else {}

    def ask(self, method, **params):
        self.number += 1
        line = {"jsonrpc": "2.0", "id": self.number, "method": method, "params": {**params, "_meta": META}}
        self.process.stdin.write(json.dumps(line).encode() + b"\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        check_message(answer)
        assert answer["id"] == self.number, answer
        if "result" in answer:
            assert answer["result"]["resultType"] == "complete"
            assert answer["result"]["_meta"]["io.modelcontextprotocol/serverInfo"]["name"] == "weflow"
        return answer

    def call(self, tool, **arguments):
        result = self.ask("tools/call", name=tool, arguments=arguments)["result"]
        text = result["content"][0]["text"]
        if result.get("isError"):
            return None, text
        body = result["structuredContent"]
        compact = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        assert json.loads(text) == body, "the text is not the structured content"
        if tool in self.validators:
            self.validators[tool].validate(body)
        assert len(text.encode()) <= self.max_bytes, f"{tool}: {len(text.encode())} bytes"
        assert not any(f'"{name}"' in compact for name in PRIVATE), tool
        return body, None

    def pages(self, tool, key, **arguments):
        """All items of a list, page by page."""
        items, pages = [], 0
        body, error = self.call(tool, **arguments)
        while True:
            assert error is None, error
            assert body["count"] == len(body[key]) if "count" in body else True
            items += body[key]
            pages += 1
            if "nextCursor" not in body:
                assert not body["truncated"], "cut without a cursor"
                return items, pages
            assert body[key], "a page without an item"
            body, error = self.call(tool, **arguments, cursor=body["nextCursor"])

    def close(self):
        out, err = self.process.communicate(timeout=30)
        assert out == b"" and self.process.returncode == 0, (out[:200], err[:500], self.process.returncode)


def command(weflow, env, *arguments):
    return json.loads(subprocess.run([weflow, *arguments], env=env, capture_output=True, check=True).stdout)


def check_session(weflow, env):
    raw = Raw(weflow, env, "--max-bytes", "6000")
    discovered = raw.ask("server/discover")["result"]
    assert discovered["supportedVersions"] == [NEW] and discovered["capabilities"] == {"tools": {}}
    listed = raw.ask("tools/list")["result"]
    assert isinstance(listed["ttlMs"], int) and listed["cacheScope"] in ("public", "private")
    tools = {tool["name"]: tool for tool in listed["tools"]}
    assert raw.ask("tools/list")["result"] == listed

    sessions, _ = raw.pages("list_chats", "sessions")
    assert sessions == command(weflow, env, "sessions", "--limit", "0")["sessions"]
    contacts, _ = raw.pages("find_contact", "contacts", keyword="i")
    assert contacts == command(weflow, env, "contacts", "--keyword", "i", "--limit", "0")["contacts"]

    longest, pages = 0, 0
    for session in sessions:
        chat = session["username"]
        expected = without_private(command(weflow, env, "messages", chat, "--limit", "0", "--names")["messages"])
        for order in ("desc", "asc"):
            got, n = raw.pages("read_messages", "messages", talker=chat, order=order, limit=random.choice([1, 7, 100, 10000]))
            whole = [m for m in got if "shortened" not in m]
            want = expected if order == "desc" else expected[::-1]
            assert [m["localId"] for m in got] == [m["localId"] for m in want], f"{chat} {order}"
            assert whole == [w for g, w in zip(got, want) if "shortened" not in g], f"{chat} {order}"
            longest, pages = max(longest, len(got)), pages + n
        hit = next((m for m in expected[len(expected) // 2:] if m["serverId"] != "0"), None)
        if hit:
            around, _ = raw.pages("read_messages", "messages", talker=chat, around=hit["serverId"], context=9)
            want = command(weflow, env, "messages", chat, "--around", hit["serverId"], "-C", "9", "--names")["messages"]
            assert [m["localId"] for m in around] == [m["localId"] for m in want], chat
            one, error = raw.call("get_message", talker=chat, id=hit["serverId"])
            assert error is None and one["messages"][0]["localId"] == hit["localId"]
    found, _ = raw.pages("search_messages", "messages", q="a", limit=50)
    want = command(weflow, env, "search", "a", "--limit", "0")["messages"]
    assert [m["messageKey"] for m in found] == [m["messageKey"] for m in want]
    for arguments in ({"q": "a", "counts": True}, {"q": "a", "context": 3, "detail": True}):
        body, error = raw.call("search_messages", **arguments)
        assert error is None
    for tool, key, arguments in [("list_favorites", "favorites", {}), ("list_articles", "articles", {}), ("list_unread", "sessions", {}),
                                 ("chat_stats", "rows", {"by": ["day", "type"]})]:
        raw.pages(tool, key, **arguments)
    for session in sessions:
        if session["username"].endswith("@chatroom"):
            raw.pages("group_members", "members", chatroomId=session["username"])
    new, error = raw.call("new_messages")
    assert error is None and "nextCursor" not in new and {"cursor", "hasMore"} <= set(new)

    # What a model can mend is a result, and says how.
    for tool, arguments, words in [
        ("read_messages", {}, "talker"), ("read_messages", {"talker": "nobody at all"}, "nobody at all"),
        ("read_messages", {"talker": sessions[0]["username"], "limit": 0}, "between 1 and 10000"),
        ("read_messages", {"talker": sessions[0]["username"], "start": "20260231"}, "start"),
        ("read_messages", {"talker": sessions[0]["username"], "tlaker": "x"}, "talker"),
        ("list_chats", {"cursor": "w1.x.1"}, "cursor"), ("list_chats", {"limit": [1]}, "limit"),
    ]:
        body, error = raw.call(tool, **arguments)
        assert body is None and words in error, (tool, arguments, error)
    for params, code in [({"name": "no_tool"}, -32602), ({}, -32602), ({"name": "list_chats", "arguments": 7}, -32602)]:
        assert raw.ask("tools/call", **params)["error"]["code"] == code
    raw.close()
    return len(tools), longest, pages


def check_hidden(weflow, env):
    raw = Raw(weflow, env)
    sessions, _ = raw.pages("list_chats", "sessions")
    raw.close()
    people = [s for s in sessions if s["username"].startswith("wxid_")]
    groups = [s for s in sessions if s["username"].endswith("@chatroom")]
    if not people or not groups:
        return
    hidden = [people[0], groups[0]]
    options = [x for s in hidden for x in ("--hide", s["username"])]
    raw = Raw(weflow, env, *options)
    left, _ = raw.pages("list_chats", "sessions")
    assert left == [s for s in sessions if s not in hidden]
    for chat in hidden:
        for name in {chat["username"], chat["displayName"]}:
            body, error = raw.call("read_messages", talker=name)
            other, unknown = raw.call("read_messages", talker="wxid_nobody_at_all")
            assert body is None and other is None
            assert error.split(name)[0] == unknown.split("wxid_nobody_at_all")[0], (error, unknown)
        found, _ = raw.pages("find_contact", "contacts", keyword=chat["username"])
        assert chat["username"] not in [c["username"] for c in found]
    counts, _ = raw.call("search_messages", q="a", counts=True)
    assert not {h["username"] for h in hidden} & {s["sessionId"] for s in counts["sessions"]}
    everything = command(weflow, env, "search", "a", "--count")
    gone = sum(s["count"] for s in everything["sessions"] if s["sessionId"] in {h["username"] for h in hidden})
    assert counts["total"] == everything["total"] - gone
    raw.close()
    raw = Raw(weflow, env, "--only", hidden[0]["username"])
    left, _ = raw.pages("list_chats", "sessions")
    assert [s["username"] for s in left] == [hidden[0]["username"]]
    raw.close()


def check_bytes(weflow, env):
    """Any bytes: whatever comes, each line of the output is a message, and the end of the input is the end."""
    rng = random.Random(5)
    seeds = [json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call",
                         "params": {"name": "list_chats", "arguments": {"limit": 2}, "_meta": META}}).encode()]
    lines = []
    for _ in range(600):
        line = bytearray(rng.choice(seeds))
        for _ in range(rng.randrange(4)):
            line[rng.randrange(len(line))] = rng.randrange(256)
        lines.append(bytes(line).replace(b"\n", b" "))
    lines += [bytes(rng.randrange(256) for _ in range(200)).replace(b"\n", b" ") for _ in range(200)]
    for id in ["null", "1.5", "true", "[]", "{}", "-1", "99999999999999999999999", '"é"', '""', "1e3"]:
        lines.append(f'{{"jsonrpc":"2.0","id":{id},"method":"ping"}}'.encode())
    lines.append(b'{"jsonrpc":"2.0","id":"long","method":"ping","params":{"x":"' + b"y" * 9_000_000 + b'"}}')
    lines.append(b"z" * 11_000_000)
    done = subprocess.run([weflow, "mcp"], env=env, input=b"\n".join(lines) + b"\n", capture_output=True, timeout=300)
    assert done.returncode == 0, (done.returncode, done.stderr[-500:])
    for line in done.stdout.splitlines():
        check_message(json.loads(line))
    assert any(json.loads(line).get("id") == "long" for line in done.stdout.splitlines())


def check_flood(weflow, env, count=10_000):
    """Many requests at once, written without reading: each is answered once, and the memory is bounded."""
    lines = b"".join(
        json.dumps({"jsonrpc": "2.0", "id": n, "method": "tools/call",
                    "params": {"name": "list_chats", "arguments": {"limit": 1}, "_meta": META}}).encode() + b"\n"
        for n in range(count))
    done = subprocess.run(["/usr/bin/time", "-f", "%M", weflow, "mcp"] if os.path.exists("/usr/bin/time") else [weflow, "mcp"],
                          env=env, input=lines, capture_output=True, timeout=600)
    assert sorted(json.loads(line)["id"] for line in done.stdout.splitlines()) == list(range(count))
    peak = done.stderr.split()[-1:]
    assert not peak or int(peak[0]) < 300_000, f"{peak} KB"


def check_cancelled(weflow, env, count=2000):
    """Cancelled calls, at random and in any order with the others: never answered twice, never told of again."""
    rng = random.Random(7)
    lines, cancelled = [], set()
    for n in range(count):
        meta = {**META, "progressToken": rng.choice([n, f"t{n}"])}
        name, arguments = rng.choice([("list_chats", {"limit": 1}), ("search_messages", {"q": "a"}), ("chat_stats", {})])
        lines.append({"jsonrpc": "2.0", "id": n, "method": "tools/call", "params": {"name": name, "arguments": arguments, "_meta": meta}})
        if rng.random() < .5:
            other = rng.randrange(n + 1)
            cancelled.add(other)
            lines.append({"jsonrpc": "2.0", "method": "notifications/cancelled",
                          "params": {"requestId": rng.choice([other, other, str(other), None, {}, -1]), "reason": "x"}})
    done = subprocess.run([weflow, "mcp"], env=env, input=b"".join(json.dumps(line).encode() + b"\n" for line in lines),
                          capture_output=True, timeout=600)
    assert done.returncode == 0, done.stderr[-500:]
    answered = []
    for line in done.stdout.splitlines():
        message = json.loads(line)
        check_message(message)
        if "id" in message:
            answered.append(message["id"])
        else:
            assert str(message["params"]["progressToken"]).lstrip("t") not in map(str, answered), "progress behind the answer"
    assert len(answered) == len(set(answered)) and set(range(count)) - cancelled <= set(answered)


async def check_client(weflow, env):
    """The official client, which shakes hands."""
    from mcp import ClientSession, StdioServerParameters
    from mcp.client.stdio import stdio_client

    parameters = StdioServerParameters(command=weflow, args=["mcp"], env=env)
    async with stdio_client(parameters) as (read, write), ClientSession(read, write) as session:
        hello = await session.initialize()
        info = getattr(hello, "serverInfo", None) or hello.server_info
        assert info.name == "weflow"
        await session.send_ping()
        listed = await session.list_tools()
        names = [tool.name for tool in listed.tools]
        assert "list_chats" in names
        assert all(getattr(tool, "outputSchema", None) or tool.output_schema for tool in listed.tools)
        # The client holds what a tool gives against its schema.
        for tool, arguments in [("find_contact", {"keyword": "i"}), ("list_favorites", {}), ("list_articles", {}), ("list_unread", {}),
                                ("chat_stats", {}), ("search_messages", {"q": "a", "counts": True}), ("new_messages", {})]:
            found = await session.call_tool(tool, arguments)
            assert not (getattr(found, "isError", None) or getattr(found, "is_error", False)), (tool, found.content)
        result = await session.call_tool("list_chats", {"limit": 3})
        body = getattr(result, "structuredContent", None) or result.structured_content
        assert body["success"] and json.loads(result.content[0].text) == body
        chat = body["sessions"][0]["username"]
        read_back = await session.call_tool("read_messages", {"talker": chat, "limit": 2})
        assert not (getattr(read_back, "isError", None) or getattr(read_back, "is_error", False))
        wrong = await session.call_tool("read_messages", {"talker": "nobody at all"})
        assert getattr(wrong, "isError", None) or getattr(wrong, "is_error", False)


def check_legacy(weflow, env):
    """Handshakes of every revision, in raw lines."""
    for revision, agreed in [(r, r) for r in ("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25")] + [("2099-01-01", "2025-11-25")]:
        lines = [
            {"jsonrpc": "2.0", "id": "a", "method": "initialize",
             "params": {"protocolVersion": revision, "capabilities": {}, "clientInfo": {"name": "t", "version": "0"}}},
            {"jsonrpc": "2.0", "method": "notifications/initialized"}, {"jsonrpc": "2.0", "id": 2, "method": "tools/list"},
            {"jsonrpc": "2.0", "id": 3, "method": "tools/call", "params": {"name": "list_chats", "arguments": {}}},
            [{"jsonrpc": "2.0", "id": 4, "method": "ping"}],
        ]
        done = subprocess.run([weflow, "mcp"], env=env, input="\n".join(map(json.dumps, lines)).encode() + b"\n", capture_output=True)
        answers = [json.loads(line) for line in done.stdout.splitlines()]
        assert answers[0]["result"]["protocolVersion"] == agreed
        by_id = {a["id"]: a for a in answers if isinstance(a, dict) and "id" in a}
        assert not {"resultType", "ttlMs", "cacheScope", "_meta"} & (set(by_id[2]["result"]) | set(by_id[3]["result"]))
        batches = [a for a in answers if isinstance(a, list)]
        if agreed == "2025-03-26":
            assert batches == [[{"jsonrpc": "2.0", "id": 4, "result": {}}]]
        else:
            assert not batches and [a["error"]["code"] for a in answers if "id" not in a] == [-32600]


def main():
    weflow = os.path.abspath(sys.argv[1])
    random.seed(1)
    for folder in sys.argv[2:]:
        with tempfile.TemporaryDirectory() as scratch:
            env = environment(os.path.abspath(folder), scratch)
            tools, longest, pages = check_session(weflow, env)
            check_hidden(weflow, env)
            check_legacy(weflow, env)
            print(f"{os.path.basename(folder)}: {tools} tools, {pages} pages of messages, {longest} in the longest chat")
    check_bytes(weflow, env)
    check_flood(weflow, env)
    check_cancelled(weflow, env)
    try:
        import mcp  # noqa: F401
    except ImportError:
        print("the official client is not installed")
    else:
        asyncio.run(check_client(weflow, env))
        print("the official client agrees")


if __name__ == "__main__":
    main()
