#!/usr/bin/env python3
"""Keeps an archive of a generated account over everything that happens to accounts, and holds it against what is true.

    archive.py GENERATOR_FOLDER WEFLOW [KILLS [RUNS]]

KILLS is how often each kind of run is killed, RUNS how many runs are made while the client writes. To be run by the Python
that has the generator's requirements. What went wrong in other archives is a step here: late
messages, recalls, deleted chats, restored and renumbered stores, another machine, pictures that come later, renamed
chats, runs without news, damaged files, other accounts, kills at every call that changes a file, a disk that fills up.
"""
import glob
import hashlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

generator, weflow = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
kills = int(sys.argv[3]) if len(sys.argv) > 3 else 40
live_runs = int(sys.argv[4]) if len(sys.argv) > 4 else max(3, kills // 4)
sys.path.insert(0, generator)
import wcdb  # noqa: E402
from sqlcipher3 import dbapi2 as sqlcipher  # noqa: E402

# In memory where the system has room there: a program that is killed loses nothing that a disk would have kept.
memory = "/dev/shm"
roomy = os.path.isdir(memory) and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 1 << 30
scratch = tempfile.mkdtemp(dir=memory if roomy else None)
failures = 0


def check(condition, what):
    global failures
    if not condition:
        failures += 1
        print("  wrong:", what, file=sys.stderr)


class Account:
    def __init__(self, path, made=True, seed=5, keys="raw", messages=400):
        self.path = path
        if made:
            subprocess.run([sys.executable, f"{generator}/make_account.py", path, "--seed", str(seed), "--keys", keys,
                            "--messages", str(messages), "--moments", "20"], check=True, stdout=subprocess.DEVNULL)
        self.read()

    def read(self):
        self.keys = json.load(open(f"{self.path}/keys.json"))
        folder = glob.glob(f"{self.path}/xwechat_files/*_*")[0]
        self.keys["account"] = folder
        json.dump(self.keys, open(f"{self.path}/keys.json", "w"))
        self.folder = folder

    def copy(self, path):
        # A link among the files stays one: what it leads to is no file of the account.
        shutil.copytree(self.path, path, symlinks=True)
        return Account(path, made=False)

    def open(self, *parts):
        path = os.path.join(self.folder, "db_storage", *parts)
        connection = sqlcipher.connect(path, isolation_level=None)
        master = bytes.fromhex(self.keys["databaseKey"]) if self.keys["databaseKey"] else b""
        wcdb.unlock(connection, self.keys["keys"], master, path)
        connection.execute("PRAGMA busy_timeout=5000")
        return connection

    def shards(self):
        names = sorted(glob.glob(f"{self.folder}/db_storage/message/message_[0-9].db"))
        return [("message", os.path.basename(name)) for name in names]

    def live(self, *options):
        subprocess.run([sys.executable, f"{generator}/live.py", self.path, "--every", "0", *options], check=True,
                       stdout=subprocess.DEVNULL)

    def environment(self):
        values = {"WEFLOW_ACCOUNT": self.folder, "HOME": f"{scratch}/home", "TZ": "Asia/Shanghai",
                  "PATH": os.environ["PATH"], "XDG_STATE_HOME": f"{scratch}/state", "XDG_CONFIG_HOME": f"{scratch}/config"}
        for name, variable in [("databaseKey", "WEFLOW_KEY"), ("imageAesKey", "WEFLOW_IMAGE_KEY"),
                               ("imageXorKey", "WEFLOW_IMAGE_XOR_KEY")]:
            if self.keys.get(name):
                values[variable] = str(self.keys[name])
        return values


def run(account, *words, code=0, **more):
    values = account.environment()
    values.update(more)
    done = subprocess.run([weflow, *words], env=values, capture_output=True, text=True)
    check(done.returncode == code, f"{' '.join(words[:2])} ends with {done.returncode}, not {code}: {done.stderr[:300]}")
    return done


def archive(account, folder, *options, code=0, **more):
    done = run(account, "archive", folder, *options, code=code, **more)
    return json.loads(done.stdout) if done.stdout.strip() else {}


def digest(path):
    return hashlib.sha256(open(path, "rb").read()).hexdigest()


def sqlite_text(path):
    connection = sqlite3.connect(path)
    names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type='table' ORDER BY name")]
    return [(name, sorted(map(repr, connection.execute(f"SELECT * FROM [{name}]")))) for name in names]


def lines(folder):
    """All messages of an archive by chat and key; what the manifest says is held against the files on the way."""
    manifest = json.load(open(f"{folder}/manifest.json"))
    found = {}
    named = set(manifest["files"])
    there = {os.path.relpath(os.path.join(path, name), folder) for path, _, names in os.walk(folder) for name in names}
    there = {name for name in there if not name.startswith("state/")} - {"manifest.json", "archive.json"}
    check(named == there, f"the manifest names {sorted(named ^ there)[:5]} and the folder has others")
    for name, entry in manifest["files"].items():
        data = open(f"{folder}/{name}", "rb").read()
        check(len(data) == entry["bytes"] and hashlib.sha256(data).hexdigest() == entry["sha256"], f"{name} is another")
        if name.endswith(".jsonl"):
            check(entry["rows"] == data.count(b"\n"), f"rows of {name}")
    for chat, entry in manifest["chats"].items():
        folder_name = entry["folder"]
        check(folder_name.endswith("~" + hashlib.sha256(chat.encode()).hexdigest()[:8]), f"the folder of {chat}")
        count, equal = 0, {}
        for name in sorted(name for name in named if name.startswith(f"chats/{folder_name}/") and name.endswith(".jsonl")):
            before = None
            for text in open(f"{folder}/{name}"):
                line = json.loads(text)
                count += 1
                order = (line["createTime"], line["sortSeq"], line["localId"])
                check(before is None or before <= order, f"the order in {name}")
                before = order
                month = time.strftime("%Y-%m", time.gmtime(line["createTime"] + 8 * 3600))
                check(name.endswith(f"/{month}.jsonl"), f"{name} has a message of {month}")
                key = line["serverId"]
                if key == "0":
                    key = (line["createTime"], line["senderUsername"], line["localType"], line["rawContent"])
                    equal[key] = equal.get(key, 0) + 1
                    key += (equal[key],)
                check((chat, key) not in found, f"{key} of {chat} is there twice")
                found[chat, key] = line
        check(count == entry["messages"], f"the manifest counts {entry['messages']} of {chat}, there are {count}")
    return found


def verify(account, folder, what):
    found = json.loads(run(account, "archive", "verify", folder).stdout or "{}")
    check(found.get("missing") == 0 and found.get("duplicates") == 0 and found.get("problems") == [], f"{what}: {found}")


def state(folder):
    return {os.path.join(path, name): os.lstat(os.path.join(path, name)).st_mtime_ns
            for path, _, names in os.walk(folder) for name in names}


def compare_with_messages(account, found):
    for chat in sorted({chat for chat, _ in found}):
        text = run(account, "messages", chat, "--limit", "0", "--order", "asc", "--detail", "--names", "--format", "jsonl").stdout
        for line in map(json.loads, text.splitlines()):
            mine = [entry for (owner, key), entry in found.items()
                    if owner == chat and (key == line["serverId"] or line["serverId"] == "0" and isinstance(key, tuple)
                                          and key[:1] + key[3:4] == (line["createTime"], line["rawContent"]))]
            check(len(mine) >= 1, f"{line['serverId']} of {chat} is not archived")
            for entry in mine[:1]:
                kept = {key: value for key, value in entry.items()
                        if key not in ("media", "mediaError", "gone", "recalled", "edited")}
                check(list(kept) == list(line) and kept == line or line["serverId"] == "0",
                      f"{line['serverId']} of {chat} is archived as something else")


account = Account(f"{scratch}/account")
home = f"{scratch}/archive"

# The first run, and one without news.
first = archive(account, home)
found = lines(home)
check(first["added"] == len(found), f"{first} and {len(found)} lines")
check(list(first) == ["chats", "added", "changed", "gone", "files", "missingMedia", "bytes", "seconds"], f"keys {list(first)}")
compare_with_messages(account, found)
verify(account, home, "after the first run")
time.sleep(4)
archive(account, home)
before = state(home)
again = archive(account, home)
check(again["added"] == again["changed"] == again["files"] == 0, f"nothing is new and {again}")
check(state(home) == before, "a run without news touched a file")
check(archive(account, home, "--full")["files"] == 0 and state(home) == before, "--full without news touched a file")
truth = json.load(open(f"{account.path}/truth.json"))
for (chat, key), line in found.items():
    if "media" in line:
        check(digest(f"{home}/{line['media']['path']}") == line["media"]["sha256"], f"{line['media']['path']}")
        check(line["media"]["path"].startswith(f"media/{line['media']['sha256'][:2]}/{line['media']['sha256']}."), "its name")
check(any(line.get("media", {}).get("type") == kind for line in found.values() for kind in ["image", "voice", "video"]), "media")

# A rehearsal makes nothing.
account.live("--count", "6", "--seed", "1")
before = state(home)
rehearsal = archive(account, home, "--dry-run")
check(rehearsal["added"] == 6 and state(home) == before, f"a rehearsal: {rehearsal}")
archive(account, f"{scratch}/none", "--dry-run")
check(not os.path.exists(f"{scratch}/none"), "a rehearsal made a folder")

# Late messages, messages of one second, a recall of what is archived and of what never was, transcripts.
kept = lines(home)
before = state(home)
check(archive(account, home)["added"] == 6, "six that came")
news = [line for place, line in lines(home).items() if place not in kept]
months = {(chat, time.strftime("%Y-%m", time.gmtime(line["createTime"] + 8 * 3600)))
          for (chat, key), line in lines(home).items() if (chat, key) not in kept}
folders = {chat: entry["folder"] for chat, entry in json.load(open(f"{home}/manifest.json"))["chats"].items()}
written = {name for name, when in state(home).items() if before.get(name) != when and name.endswith(".jsonl")
           and name.startswith(f"{home}/chats/")}
check(written == {f"{home}/chats/{folders[chat]}/{month}.jsonl" for chat, month in months},
      f"for {len(news)} new messages {len(written)} months were written")
account.live("--count", "5", "--seed", "2", "--late")
check(archive(account, home)["added"] == 5, "five that came late")
account.live("--count", "4", "--seed", "3", "--same-second")
check(archive(account, home)["added"] == 4, "four of one second")
account.live("--count", "3", "--seed", "4")
archive(account, home)
recalled = account.open("message", "message_1.db")
rows = []
for (table,) in recalled.execute("SELECT name FROM sqlite_master WHERE name LIKE 'Msg\\_%' ESCAPE '\\' AND type='table'").fetchall():
    for row in recalled.execute(f"SELECT local_id, server_id, create_time FROM [{table}] WHERE local_type=1 ORDER BY local_id DESC LIMIT 1"):
        rows.append((row[0], table, row[1], row[2]))
number, table, server, when = max(rows, key=lambda row: row[3])
was = [line for (chat, key), line in lines(home).items() if key == str(server)][0]
notice = f'<sysmsg type="revokemsg"><revokemsg><newmsgid>{server}</newmsgid><replacemsg><![CDATA["X" 撤回了一条消息]]></replacemsg></revokemsg></sysmsg>'
recalled.execute(f"UPDATE [{table}] SET local_type=10000, message_content=?, WCDB_CT_message_content=0 WHERE local_id=?", (notice, number))
session = account.open("session", "session.db")
session.execute("UPDATE SessionTable SET summary='撤回' WHERE username=?", ([chat for (chat, key) in lines(home) if key == str(server)][0],))
done = archive(account, home)
now = [line for (chat, key), line in lines(home).items() if key == str(server)][0]
check(done["changed"] == 1 and done["added"] == 0, f"a recall: {done}")
check(now.pop("recalled", None) == when and now == was, "the recalled message is as it was, and marked")
account.live("--count", "2", "--seed", "6", "--revoke")
archive(account, home)
account.live("--count", "1", "--seed", "8", "--transcribe", "3")
archive(account, home)
archive(account, home, "--full")
told = [line for line in lines(home).values() if "transcript" in line["detail"]]
for line in told:
    check("edited" not in line, "a transcript is no edit")
known = {(entry["sessionId"], entry["serverId"]): entry["transcript"] for entry in truth["transcripts"] if entry["transcript"]}
for place, text in known.items():
    check(lines(home)[place]["detail"].get("transcript") == text, f"the text of {place}")
check(len(told) == len(known) + 3, f"{len(told)} voices have a text, and {len(known)} had one before")
verify(account, home, "after live writers")
now = lines(home)
check(set(kept) <= set(now), "something that was archived is not there any more")

# Deleted at the source: it stays, and only --full marks it; what comes back changes nothing.
backup = account.copy(f"{scratch}/backup")
shard = account.open(*account.shards()[0])
table = [name for (name,) in shard.execute("SELECT name FROM sqlite_master WHERE name LIKE 'Msg\\_%' ESCAPE '\\' AND type='table'")][0]
lost = shard.execute(f"SELECT server_id FROM [{table}] WHERE server_id<>0 AND local_type=1 LIMIT 4").fetchall()
shard.execute(f"DELETE FROM [{table}] WHERE server_id IN ({','.join(str(row[0]) for row in lost)})")
check(archive(account, home)["gone"] == 0, "a plain run marks nothing as gone")
check(archive(account, home, "--full")["gone"] == len(lost), "--full marks what is gone")
gone = [line for line in lines(home).values() if "gone" in line]
check({line["serverId"] for line in gone} == {str(row[0] % 2**64) for row in lost}, "what is marked as gone")
check(archive(account, home, "--full")["files"] == 0, "it is marked once")

# A restored store, one that is renumbered, another machine: only what is missing is added.
before = {key: json.dumps(line) for key, line in lines(home).items()}
check(archive(backup, home)["added"] == 0, "another machine of the same account brings nothing new")
renumbered = backup.copy(f"{scratch}/renumbered")
for parts in renumbered.shards():
    store = renumbered.open(*parts)
    for (name,) in store.execute("SELECT name FROM sqlite_master WHERE name LIKE 'Msg\\_%' ESCAPE '\\' AND type='table'").fetchall():
        store.execute(f"UPDATE [{name}] SET local_id=local_id+100000")
        store.execute("UPDATE sqlite_sequence SET seq=seq+100000 WHERE name=?", (name,))
    store.close()
done = archive(renumbered, home)
check(done["added"] == 0 and done["changed"] == 0, f"a renumbered store brings nothing new: {done}")
check({key: json.dumps(line) for key, line in lines(home).items()} == before, "a restored store changed a line")
renumbered.live("--count", "3", "--seed", "9")
check(archive(renumbered, home)["added"] == 3, "what it got since is new")
check(archive(account, home)["added"] == 0, "and back again")

# Messages that the server does not know, equal in everything.
shard = account.open(*account.shards()[0])
columns = "server_id,local_type,sort_seq,real_sender_id,create_time,status,message_content,WCDB_CT_message_content"
for _ in range(3):
    shard.execute(f"INSERT INTO [{table}]({columns}) VALUES(0,1,1700000000000,1,1700000000,2,'一样',0)")
check(archive(account, home)["added"] == 3, "three that are equal are three")
shard.execute(f"INSERT INTO [{table}]({columns}) VALUES(0,1,1700000000000,1,1700000000,2,'一样',0)")
check(archive(account, home)["added"] == 1, "and the fourth is another")
check(archive(account, home, "--full")["added"] == 0, "and none is new twice")

# Another content in place.
target = shard.execute(f"SELECT local_id, server_id FROM [{table}] WHERE local_type=1 AND server_id<>0 LIMIT 1").fetchone()
shard.execute(f"UPDATE [{table}] SET message_content='换了', WCDB_CT_message_content=0 WHERE local_id=?", (target[0],))
check(archive(account, home, "--full")["changed"] == 1, "an edit is noted")
edited = [line for line in lines(home).values() if "edited" in line]
check(len(edited) == 1 and [entry["content"][-2:] for entry in edited[0]["edited"]] == ["换了"], f"as what it is: {edited}")
check(archive(account, home, "--full")["files"] == 0, "and once")

# A picture that comes later, after the chat got another name; the state lost; another zone.
contact = account.open("contact", "contact.db")
pictures = glob.glob(f"{account.folder}/msg/attach/*/*/Img/*.dat")
hidden = f"{scratch}/hidden"
for name in pictures:
    target = f"{hidden}/{os.path.relpath(name, account.folder)}"
    os.makedirs(os.path.dirname(target), exist_ok=True)
    shutil.move(name, target)
late = f"{scratch}/late"
poor = archive(account, late)
names = {chat: entry["folder"] for chat, entry in json.load(open(f"{late}/manifest.json"))["chats"].items()}
contact.execute("UPDATE contact SET remark='新名字' WHERE username IN (SELECT username FROM contact WHERE local_type=1 LIMIT 3)")
for name in pictures:
    shutil.move(f"{hidden}/{os.path.relpath(name, account.folder)}", name)
rich = archive(account, late)
check(rich["missingMedia"] < poor["missingMedia"] and rich["changed"] > 0, f"pictures that came later: {poor} {rich}")
check(names == {chat: entry["folder"] for chat, entry in json.load(open(f"{late}/manifest.json"))["chats"].items()},
      "a renamed chat keeps its folder")
check("mediaError" not in [line for line in lines(late).values() if "media" in line][0], "its error is gone")
verify(account, late, "after pictures that came later")
before = {key: json.dumps(line) for key, line in lines(late).items()}
shutil.rmtree(f"{late}/state")
check(archive(account, late)["added"] == 0, "without its state the archive is the same")
check(archive(account, late, "--full", TZ="America/New_York")["added"] == 0, "in another zone too")
check({key: json.dumps(line) for key, line in lines(late).items()} == before, "and no line is another")
# A name that begins with a mark, which makes one character of itself and the slash before it: nothing gets lost.
marked = account.copy(f"{scratch}/marked")
contact = marked.open("contact", "contact.db")
contact.execute("UPDATE contact SET remark=char(0xFE0F) || char(0x1F308) || remark")
contact.close()
odd = f"{scratch}/odd"
archive(marked, odd)
kept = set(lines(odd))
marked.live("--count", "12", "--seed", "31")
check(archive(marked, odd)["added"] == 12 and kept < set(lines(odd)), "chats whose names begin with a mark")
verify(marked, odd, "names that begin with a mark")
check(json.loads(run(marked, "archive", "render", odd, "--format", "csv", "--output-dir", f"{scratch}/odd-csv").stdout)
      ["messages"] == len(lines(odd)), "their readable forms")

fresh = f"{scratch}/fresh"
archive(account, fresh)
check(set(lines(fresh)) <= set(lines(late)), "a fresh archive has the same keys")

# Options are kept; other ones need --change; what is refused changes nothing.
small = f"{scratch}/small"
archive(account, small, "--no-video", "--session-type", "private")
before = state(small)
check("session-type" in run(account, "archive", small, "--session-type", "group", code=64).stderr, "the option is named")
run(account, "archive", small, "--video", code=64)
run(account, "archive", small, "--in", "nobody-knows", code=66)
check(state(small) == before, "what was refused changed a file")
check(archive(account, small, "--no-video", "--session-type", "private")["added"] == 0, "the same options are no others")
some = len(lines(small))
check(archive(account, small, "--session-type", "private,group", "--change")["added"] > 0, "--change takes more")
check(archive(account, small, "--session-type", "official", "--change") and len(lines(small)) > some, "and takes nothing away")
run(account, "archive", f"{scratch}/unknown", "--in", "nobody-knows", code=66)
check(not os.path.exists(f"{scratch}/unknown"), "a folder for nobody")

# Other folders, other accounts, newer versions, damage.
other = Account(f"{scratch}/other", seed=6, messages=60)
before = state(home)
run(other, "archive", home, code=65)
os.makedirs(f"{scratch}/full")
open(f"{scratch}/full/notes.txt", "w").write("mine")
run(account, "archive", f"{scratch}/full", code=65)
check(os.listdir(f"{scratch}/full") == ["notes.txt"], "a foreign folder was written to")
check(state(home) == before, "what was refused changed a file")
check(json.loads(run(account, "archive", "verify", f"{scratch}/full", "--no-source").stdout)["files"] == 0, "no archive, no files")
manifest = json.load(open(f"{home}/manifest.json"))
for name, change in [("manifest.json", {"version": 99}), ("archive.json", {"version": 99})]:
    text = open(f"{home}/{name}").read()
    open(f"{home}/{name}", "w").write(json.dumps(json.loads(text) | change))
    run(account, "archive", home, code=65)
    open(f"{home}/{name}", "w").write(text)
whole = open(f"{home}/manifest.json").read()
open(f"{home}/manifest.json", "w").write(whole[:len(whole) // 2])
run(account, "archive", home, "--full", code=65)
run(account, "archive", "verify", home, code=65)
open(f"{home}/manifest.json", "w").write(whole)
account.live("--count", "2", "--seed", "11")
before = {name: digest(name) for name in state(home)}
damaged = []
for name in manifest["files"]:
    if name.startswith("chats/") and name.endswith(".jsonl"):
        text = open(f"{home}/{name}", "rb").read()
        damaged.append((name, text))
        open(f"{home}/{name}", "wb").write(text[:-20] + b"x" + text[-19:])
check("damaged" in run(account, "archive", home, code=65).stderr, "damage is said")
check(run(account, "archive", "verify", home, code=75).stdout.count("is not what") >= len(damaged), "and found")
for name, text in damaged:
    open(f"{home}/{name}", "wb").write(text)
check({name: digest(name) for name in state(home)} == before, "damage was signed anew")
archive(account, home)
# What somebody took away is missed, whatever the state says; where all is gone an archive is begun anew.
taken = f"{scratch}/taken"
archive(account, taken)
name = max((name for name in json.load(open(f"{taken}/manifest.json"))["files"] if name.endswith(".jsonl")),
           key=lambda name: os.path.getsize(f"{taken}/{name}"))
os.rename(f"{taken}/{name}", f"{scratch}/taken.jsonl")
check(json.loads(run(account, "archive", "verify", taken, "--no-source", code=75).stdout)["problems"][0]["path"] == name,
      "a month that was taken away is missed")
check("missing" in run(account, "archive", taken, "--full", code=65).stderr, "and nothing is written over it")
os.rename(f"{scratch}/taken.jsonl", f"{taken}/{name}")
verify(account, taken, "what came back")
os.remove(f"{taken}/manifest.json")
check("manifest.json is missing" in run(account, "archive", taken, code=65).stderr, "an archive without its manifest")
os.remove(f"{taken}/archive.json")
kept = state(taken)
run(account, "archive", taken, code=65)
check(state(taken) == kept, "what is no archive any more was written to")
for name in ["chats", "media", "avatars"]:
    shutil.rmtree(f"{taken}/{name}", ignore_errors=True)
for name in glob.glob(f"{taken}/*.jsonl"):
    os.remove(name)
check(archive(account, taken)["added"] == len(lines(taken)) > 0, "begun anew beside an old state")
verify(account, taken, "begun anew")
lock = open(f"{home}/state/lock", "r+")
import fcntl  # noqa: E402
fcntl.flock(lock, fcntl.LOCK_EX)
run(account, "archive", home, code=73)
lock.close()
check(archive(account, home)["added"] == 0, "a lock that nobody holds is none")
verify(account, home, "in the end")

# Kills: before every call that changes a file, and at random moments.
shim = f"{scratch}/shim.c"
open(shim, "w").write(r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>
static long count, wanted, full;
static char folder[4096];
__attribute__((constructor)) static void begin(void) {
    wanted = getenv("KILL_AT") ? atol(getenv("KILL_AT")) : 0;
    full = getenv("FULL_AT") ? atol(getenv("FULL_AT")) : 0;
    strncpy(folder, getenv("KILL_IN") ? getenv("KILL_IN") : "/nowhere", sizeof folder - 1);
}
static void at(void) {
    long now = __sync_add_and_fetch(&count, 1);
    if (now == wanted) { kill(getpid(), SIGKILL); for (;;) pause(); }
}
__attribute__((destructor)) static void end(void) {
    const char *out = getenv("KILL_COUNT");
    if (out) { FILE *file = fopen(out, "w"); if (file) { fprintf(file, "%ld", count); fclose(file); } }
}
static int ours(const char *path) { return strncmp(path, folder, strlen(folder)) == 0; }
static int open_ours(int number) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", number);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return ours(path);
}
#define REAL(name) static __typeof__(name) *real; if (!real) real = (__typeof__(real))dlsym(RTLD_NEXT, #name)
int rename(const char *a, const char *b) { REAL(rename); if (ours(a)) at(); return real(a, b); }
int unlink(const char *a) { REAL(unlink); if (ours(a)) at(); return real(a); }
int rmdir(const char *a) { REAL(rmdir); if (ours(a)) at(); return real(a); }
int mkdir(const char *a, mode_t m) { REAL(mkdir); if (ours(a)) at(); return real(a, m); }
int fsync(int n) { REAL(fsync); if (open_ours(n)) at(); return real(n); }
int syncfs(int n) { if (open_ours(n)) at(); return 0; }
ssize_t pwrite(int n, const void *b, size_t c, off_t o) {
    REAL(pwrite);
    if (open_ours(n)) { at(); if (full && count >= full) { errno = ENOSPC; return -1; } }
    return real(n, b, c, o);
}
ssize_t pwrite64(int n, const void *b, size_t c, off_t o) { return pwrite(n, b, c, o); }
ssize_t write(int n, const void *b, size_t c) {
    REAL(write);
    if (open_ours(n)) { at(); if (full && count >= full) { errno = ENOSPC; return -1; } }
    return real(n, b, c);
}
int open(const char *path, int flags, ...) {
    REAL(open);
    va_list rest; va_start(rest, flags); mode_t mode = va_arg(rest, int); va_end(rest);
    if ((flags & O_CREAT) && ours(path)) { at(); if (full && count >= full) { errno = ENOSPC; return -1; } }
    return real(path, flags, mode);
}
int open64(const char *path, int flags, ...) {
    va_list rest; va_start(rest, flags); mode_t mode = va_arg(rest, int); va_end(rest);
    return open(path, flags, mode);
}
""")
library = f"{scratch}/shim.so"
# A program that is linked statically takes none; it is killed at random moments only.
has_shim = shutil.which("cc") is not None and b"ld-linux" in open(weflow, "rb").read(4096)
if has_shim:
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, shim, "-ldl"], check=True)


def content(folder):
    """All files but the lock, recorded times aside."""
    files = {}
    for name in state(folder):
        name = os.path.relpath(name, folder)
        if name.startswith("state/"):
            continue
        data = open(f"{folder}/{name}", "rb").read()
        if name == "archive.json":
            value = json.loads(data)
            value["runs"] = len(value["runs"])
            data = json.dumps(value).encode()
        files[name] = data
    return files


base = f"{scratch}/base"
victim = account.copy(f"{scratch}/victim")
archive(victim, base)
victim.live("--count", "8", "--seed", "21")
victim.live("--count", "1", "--seed", "22", "--transcribe", "2")
for start, what in [(None, "a first run"), (base, "a later run")]:
    def begin(path):
        shutil.rmtree(path, ignore_errors=True)
        if start:
            shutil.copytree(start, path)

    good = f"{scratch}/good"
    begin(good)
    archive(victim, good)
    wanted = content(good)
    trial = f"{scratch}/trial"
    total = 0
    if has_shim:
        begin(trial)
        archive(victim, trial, LD_PRELOAD=library, KILL_IN=trial, KILL_COUNT=f"{scratch}/count")
        total = int(open(f"{scratch}/count").read())
        check(total > 10, f"{what} changes files in {total} calls only")
    points = list(range(1, total + 1))
    if len(points) > kills:
        # The end, where names are given, and a spread of the rest.
        ends = points[-kills // 2:]
        points = sorted(set(ends) | set(random.Random(1).sample(points, kills // 2)))
    late = 0
    for point in points:
        # Threads may come to fewer calls than in the run that counted: then it is an earlier one.
        for at in range(point, 0, -max(1, total // 20)):
            begin(trial)
            values = victim.environment() | {"LD_PRELOAD": library, "KILL_IN": trial, "KILL_AT": str(at)}
            done = subprocess.run([weflow, "archive", trial], env=values, capture_output=True)
            if done.returncode == -signal.SIGKILL:
                break
        late += done.returncode != -signal.SIGKILL
        if os.path.exists(trial):
            run(victim, "archive", "verify", trial, "--no-source")
        archive(victim, trial)
        check(content(trial) == wanted, f"{what}: killed at call {point} of {total}, the next run came to another end")
    check(late * 5 <= len(points), f"{what}: {late} of {len(points)} kills came too late")
    for point in points[:: max(1, len(points) // 12)]:
        begin(trial)
        kept = content(trial) if start else {}
        values = {"LD_PRELOAD": library, "KILL_IN": trial, "FULL_AT": str(point)}
        done = subprocess.run([weflow, "archive", trial], env=victim.environment() | values, capture_output=True, text=True)
        check(done.returncode in (0, 74), f"{what}: a disk that is full at {point}: {done.returncode} {done.stderr[:200]}")
        if done.returncode == 74 and os.path.exists(trial):
            run(victim, "archive", "verify", trial, "--no-source")
        archive(victim, trial)
        check(content(trial) == wanted, f"{what}: full at call {point}, the next run came to another end")
    print(f"{what}: killed before {len(points)} of {total} calls that change a file")
    for turn in range(kills // 4):
        begin(trial)
        process = subprocess.Popen([weflow, "archive", trial], env=victim.environment(), stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        time.sleep(random.Random(turn).random() * 0.4)
        process.kill()
        process.wait()
        if os.path.exists(trial):
            run(victim, "archive", "verify", trial, "--no-source")
        archive(victim, trial)
        check(content(trial) == wanted, f"{what}: killed at a random moment, the next run came to another end")

# Kills while the readable forms are made: what is there then is whole, and the next run comes to the same end.
for form in ["html", "sqlite", "markdown"]:
    out = f"{scratch}/rendered"
    for start, what in [(None, "made"), (base, "brought up to date")]:
        def begin_rendering(path):
            shutil.rmtree(path, ignore_errors=True)
            if start:
                run(victim, "archive", "render", start, "--format", form, "--output-dir", path)

        def rendered(path):
            return {os.path.relpath(name, path): sqlite_text(name) if name.endswith(".sqlite") else open(name, "rb").read()
                    for name in state(path)}

        words = ["archive", "render", f"{scratch}/good", "--format", form, "--output-dir"]
        begin_rendering(f"{scratch}/wanted")
        run(victim, *words, f"{scratch}/wanted")
        wanted = rendered(f"{scratch}/wanted")
        total = 0
        if has_shim:
            begin_rendering(out)
            run(victim, *words, out, LD_PRELOAD=library, KILL_IN=out, KILL_COUNT=f"{scratch}/count")
            total = int(open(f"{scratch}/count").read())
            check(total > 5, f"{form} {what} changes files in {total} calls only")
        points = sorted(random.Random(2).sample(range(1, total + 1), min(total, max(2, kills // 6)))) if total else [0, 0]
        for point in points:
            begin_rendering(out)
            values = victim.environment()
            if point:
                values |= {"LD_PRELOAD": library, "KILL_IN": out, "KILL_AT": str(point)}
            process = subprocess.Popen([weflow, *words, out], env=values, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            if not point:
                time.sleep(random.random() * 0.3)
                process.kill()
            process.wait()
            run(victim, *words, out)
            # How a database lays out its pages depends on what it went through; what it says does not.
            now = rendered(out)
            other = sorted(name for name in now.keys() | wanted.keys() if now.get(name) != wanted.get(name))
            check(not other, f"{form} {what}: killed at call {point} of {total}, the next run made other files: {other[:4]}")
print("readable forms: killed while they were made")


# A disk that is really full: in the middle of the new files, at the decision, while names are given.
def small_disk(path, size):
    os.makedirs(path, exist_ok=True)
    return subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", path], stderr=subprocess.DEVNULL).returncode == 0


disk = f"{scratch}/disk"
if small_disk(disk, "1m"):
    subprocess.run(["umount", disk], check=True)
    used = sum((os.path.getsize(name) + 4095) // 4096 * 4096 for name in state(base))
    ends = set()
    for start in [None, base]:
        shutil.rmtree(f"{scratch}/good")
        if start:
            shutil.copytree(start, f"{scratch}/good")
        archive(victim, f"{scratch}/good")
        wanted = content(f"{scratch}/good")
        # What the whole takes is found in steps: the last that is too small fails late.
        for turn in range(max(6, kills // 4)):
            size = (used if start else 0) + (turn + 1) * max(used // max(6, kills // 4), 1) // (8 if start else 1)
            small_disk(disk, size)
            try:
                if start:
                    shutil.copytree(start, f"{disk}/a")
                done = subprocess.run([weflow, "archive", f"{disk}/a"], env=victim.environment(), capture_output=True, text=True)
                ends.add(done.returncode)
                check(done.returncode in (0, 74), f"a disk of {size} bytes: {done.returncode} {done.stderr[:200]}")
                if os.path.exists(f"{disk}/a"):
                    run(victim, "archive", "verify", f"{disk}/a", "--no-source")
                subprocess.run(["mount", "-o", f"remount,size={used * 4}", disk], check=True)
                archive(victim, f"{disk}/a")
                now = content(f"{disk}/a")
                check({name: now[name] for name in now if name != "archive.json"}
                      == {name: wanted[name] for name in wanted if name != "archive.json"},
                      f"full at {size} bytes, the next run came to another end")
            except (OSError, shutil.Error) as error:
                # The copy itself did not fit.
                check(start is not None, str(error))
            finally:
                subprocess.run(["umount", disk], check=True)
    check(ends == {0, 74}, f"disks too small and large enough: {ends}")
    print("full disks: the archive is whole on each")
else:
    print("no small disk can be mounted here: the full disk was played by the calls alone", file=sys.stderr)

# The client writes all the time: late messages, recalls, transcripts, pictures that come.
busy = account.copy(f"{scratch}/busy")
live = f"{scratch}/live"
pictures = glob.glob(f"{busy.folder}/msg/attach/*/*/Img/*.dat")
hidden = f"{scratch}/busy-hidden"
os.makedirs(hidden)
for number, name in enumerate(pictures):
    shutil.move(name, f"{hidden}/{number}")
coming = list(enumerate(pictures))
stopped = threading.Event()


def write():
    turn = 0
    while not stopped.is_set():
        chosen = random.Random(turn)
        options = [option for option in ["--revoke", "--late", "--same-second"] if chosen.random() < 0.5]
        if chosen.random() < 0.3:
            options += ["--transcribe", "1"]
        busy.live("--count", str(chosen.randrange(1, 6)), "--seed", str(1000 + turn), "--every", "0.02", *options)
        for _ in range(3):
            if coming:
                number, name = coming.pop()
                shutil.move(f"{hidden}/{number}", name)
        turn += 1


writer = threading.Thread(target=write)
writer.start()
try:
    for turn in range(live_runs):
        archive(busy, live)
        run(busy, "archive", "verify", live, "--no-source")
finally:
    stopped.set()
    writer.join()
for number, name in coming:
    shutil.move(f"{hidden}/{number}", name)
# Transcripts of old voices and what was recalled while a run looked the other way are found with everything.
archive(busy, live)
archive(busy, live, "--full")
verify(busy, live, "after a client that wrote all the time")
once = f"{scratch}/once"
archive(busy, once)
many, one = lines(live), lines(once)
check(set(many) == set(one), f"a fresh archive has other keys: {sorted(map(str, set(many) ^ set(one)))[:4]}")
for place in many.keys() & one.keys():
    kept, fresh = [{key: value for key, value in entry.items() if key in ("media", "mediaError")} for entry in (many[place], one[place])]
    check(kept == fresh or "recalled" in many[place], f"the file of {place}: {kept} and {fresh}")
print(f"a client that writes: {live_runs} runs, {len(many)} messages")

shutil.rmtree(scratch, ignore_errors=True)
print("archive:", "all as it should be" if not failures else f"{failures} wrong")
sys.exit(1 if failures else 0)
