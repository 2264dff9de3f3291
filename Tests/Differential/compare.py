#!/usr/bin/env python3
"""Compares what `weflow` says of a generated account with that account's truth.json, field by field.

    compare.py WEFLOW ACCOUNT_OUT [ACCOUNT_OUT ...]

Each ACCOUNT_OUT holds keys.json and truth.json beside the account. Prints one line per account and every difference;
exits 1 where there is any.
"""
import hashlib
import json
import os
import subprocess
import sys
import tempfile

import files
import moments

FIELDS = ("localId", "serverId", "localType", "createTime", "isSend", "senderUsername", "rawContent", "content", "parsedContent")


class Account:
    def __init__(self, weflow, out, scratch):
        self.weflow, self.out, self.scratch = weflow, out, scratch
        self.keys = json.load(open(os.path.join(out, "keys.json")))
        self.truth = json.load(open(os.path.join(out, "truth.json")))
        self.differences = 0
        self.env = {k: v for k, v in os.environ.items() if not k.startswith(("WEFLOW_", "XDG_"))}
        for name in ("CONFIG", "STATE", "DATA", "CACHE"):
            self.env[f"XDG_{name}_HOME"] = os.path.join(scratch, name.lower())
        self.env["WEFLOW_ACCOUNT"] = self.keys["account"]
        if self.keys["databaseKey"]:
            self.env["WEFLOW_KEY"] = self.keys["databaseKey"]

    def run(self, *arguments):
        done = subprocess.run([self.weflow, *arguments], env=self.env, capture_output=True)
        if done.returncode:
            self.differ(f"weflow {' '.join(arguments)}: exit {done.returncode}: {done.stderr.decode().strip()}")
            return b""
        return done.stdout

    def ask(self, *arguments):
        out = self.run(*arguments)
        return json.loads(out) if out else {}

    def differ(self, text):
        self.differences += 1
        if self.differences <= 20:
            print(f"  {text}")

    def same(self, what, got, wanted):
        if got != wanted:
            self.differ(f"{what}: got {json.dumps(got, ensure_ascii=False)[:300]}, wanted {json.dumps(wanted, ensure_ascii=False)[:300]}")

    # --- what is compared ---------------------------------------------------------------------------------------
    def sessions(self):
        answer = self.ask("sessions", "--limit", "10000")
        self.same("sessions", answer.get("sessions"), self.truth["sessions"])
        self.same("sessions count", answer.get("count"), len(self.truth["sessions"]))

    def contacts(self):
        answer = self.ask("contacts", "--limit", "10000")
        by_id = lambda rows: sorted(rows, key=lambda r: r["username"])  # noqa: E731
        self.same("contacts", by_id(answer.get("contacts", [])), by_id(self.truth["contacts"]))

    def members(self):
        for room, group in self.truth["groups"].items():
            answer = self.ask("group-members", room, "--include-message-counts")
            by_id = lambda rows: sorted(rows, key=lambda r: r["wxid"])  # noqa: E731
            self.same(f"members of {room}", by_id(answer.get("members", [])), by_id(group["members"]))

    @staticmethod
    def order(row):
        return (row["createTime"] * 1000, row["createTime"], row["localId"], row["shard"])

    def messages(self):
        for talker, rows in self.truth["messages"].items():
            rows = sorted(rows, key=self.order, reverse=True)
            answer = self.ask("messages", "--talker", talker, "--limit", "0")
            got = answer.get("messages", [])
            self.same(f"{talker} count", (answer.get("count"), len(got)), (len(rows), len(rows)))
            for have, want in zip(got, rows):
                for field in FIELDS:
                    if want[field] is None:
                        continue  # the truth has none for what is broken
                    self.same(f"{talker} {want['localId']} {field}", have.get(field), want[field])
                if "quote" in want:
                    self.same(f"{talker} {want['localId']} quote", have.get("quote"), want["quote"])
                    self.same(f"{talker} {want['localId']} replyToMessageId", have.get("replyToMessageId"), want["quote"]["platformMessageId"])
            lines = [json.loads(line) for line in self.run("messages", talker, "--limit", "0", "--format", "jsonl").splitlines()]
            self.same(f"{talker} jsonl", lines == got, True)

    def paging(self):
        talker = max(self.truth["messages"], key=lambda t: len(self.truth["messages"][t]))
        rows = sorted(self.truth["messages"][talker], key=self.order, reverse=True)
        ids = [(r["shard"], r["localId"], r["serverId"]) for r in rows]
        for order in ("desc", "asc"):
            wanted = [(i[1], i[2]) for i in (ids if order == "desc" else ids[::-1])]
            for limit in (1, 7, 100):
                got, more, pages = [], True, 0
                last = len(wanted) if limit > 1 else 40  # one by one is slow: the first forty prove it
                while more and len(got) < last:
                    answer = self.ask("messages", talker, "--limit", str(limit), "--offset", str(len(got)), "--order", order)
                    page = [(m["localId"], m["serverId"]) for m in answer.get("messages", [])]
                    more = answer.get("hasMore", False)
                    self.same(f"hasMore at {len(got)}", more, len(got) + len(page) < len(wanted))
                    if not page:
                        break
                    got += page
                self.same(f"pages of {limit} {order}", got[:last] == wanted[:last], True)

    def untouched(self, before):
        self.same("files of the store", self.digest() == before, True)

    def digest(self):
        digest = {}
        for folder, _, names in os.walk(self.keys["account"]):
            for name in names:
                path = os.path.join(folder, name)
                digest[path] = hashlib.sha256(open(path, "rb").read()).hexdigest()
        return digest


def main():
    weflow, failed = sys.argv[1], False
    for out in sys.argv[2:]:
        with tempfile.TemporaryDirectory() as scratch:
            account = Account(weflow, out, scratch)
            before = account.digest()
            for check in (account.sessions, account.contacts, account.members, account.messages, account.paging):
                check()
            moments.check(account)
            files.check(account)
            account.untouched(before)
            messages = sum(len(rows) for rows in account.truth["messages"].values())
            print(f"{out}: {messages} messages, {account.differences} differences")
            failed |= account.differences > 0
    sys.exit(failed)


main()
