#!/usr/bin/env python3
"""Changes the moments of generated accounts with `weflow`, and asks real SQLCipher what came of it.

    changes.py PYTHON GENERATOR_FOLDER WEFLOW [KILLS]

- Kills the writer at KILLS (200) random moments, half of them while it writes, with and without a pending log and with a
  rollback journal, encrypted and not; where strace is there, also at each of its writing system calls in turn. Each time
  SQLCipher must find the database whole, in the old or the new state, every other row as it was.
- Sees a change refused while a SQLCipher connection has the database open, and while one goes on writing.
- Sees what is pending in the log kept, and the backup complete.
- Finds no plaintext in any file that was ever beside an encrypted database.
- Answers the question on a terminal, and sees a read-only file system refused, where one can be had.
"""
import glob
import json
import os
import pty
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

python, generator, weflow = sys.argv[1:4]
kills = int(sys.argv[4]) if len(sys.argv) > 4 else 200
sys.path.insert(0, generator)
import wcdb  # noqa: E402
from sqlcipher3 import dbapi2 as sqlcipher  # noqa: E402

PLAIN = (b"SnsDataItem", b"SQLite format 3", b"CREATE TABLE", b"block_delete")
TRIGGER = "block_delete_SnsTimeLine"
IN_USE = b"in use by another process"
failures = 0


def check(condition, what):
    global failures
    if not condition:
        failures += 1
        print("  wrong:", what, file=sys.stderr)
    return condition


class Store:
    """An account's moments, and a pristine copy of them."""

    def __init__(self, scratch, mode, log="empty log", moments=400):
        self.name, self.mode, self.log = f"{mode}, {log}", mode, log
        out = os.path.join(scratch, self.name.replace(", ", "-").replace(" ", "-"))
        subprocess.run([python, f"{generator}/make_account.py", out, "--seed", "4", "--keys", mode, "--messages", "50",
                        "--moments", str(moments)], check=True, stdout=subprocess.DEVNULL)
        self.keys = json.load(open(f"{out}/keys.json"))
        self.master = bytes.fromhex(self.keys["databaseKey"] or "")
        self.account = glob.glob(f"{out}/xwechat_files/wxid_*")[0]
        self.folder = os.path.join(self.account, "db_storage", "sns")
        self.database = os.path.join(self.folder, "sns.db")
        self.env = {k: v for k, v in os.environ.items() if not k.startswith(("WEFLOW_", "XDG_"))}
        for name in ("CONFIG", "STATE", "DATA", "CACHE"):
            self.env[f"XDG_{name}_HOME"] = os.path.join(out, name.lower())
        self.env["WEFLOW_ACCOUNT"] = self.account
        if self.keys["databaseKey"]:
            self.env["WEFLOW_KEY"] = self.keys["databaseKey"]
        self.pristine = os.path.join(out, "pristine")
        if log == "pending log":
            connection = self.open()
            connection.execute("PRAGMA wal_autocheckpoint=0")
            for i in range(30):
                connection.execute("INSERT INTO SnsTimeLine VALUES(?,?,?,?)",
                                   (-1000 - i, "wxid_late", f"<SnsDataItem>{'late ' * 50 * i}</SnsDataItem>", b"\x08"))
            connection.execute("UPDATE SnsTimeLine SET user_name='wxid_moved' WHERE rowid % 7 = 0")
            # With the -shm, as a client leaves it that was killed.
            shutil.copytree(self.folder, self.pristine)
            connection.close()
        else:
            if log == "rollback journal":
                connection = self.open()
                check(connection.execute("PRAGMA journal_mode=delete").fetchall() == [("delete",)], "journal_mode")
                connection.close()
            shutil.copytree(self.folder, self.pristine)
        self.restore()
        self.rows = self.dump()[0]
        self.ids = sorted(row[0] for row in self.rows["SnsTimeLine"])
        self.restore()

    def restore(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(self.pristine, self.folder)

    def open(self, path=None):
        path = path or self.database
        connection = sqlcipher.connect(path, isolation_level=None, timeout=5)
        wcdb.unlock(connection, self.keys["keys"], self.master, path)
        return connection

    def dump(self, path=None):
        """All rows of all tables and the names of the triggers, from a database that SQLCipher finds whole."""
        connection = self.open(path)
        try:
            if self.mode != "none":
                found = connection.execute("PRAGMA cipher_integrity_check").fetchall()
                check(not found, f"{self.name}: pages fail their HMAC: {found[:3]}")
            found = connection.execute("PRAGMA integrity_check").fetchall()
            check(found == [("ok",)], f"{self.name}: integrity_check: {found[:3]}")
            if not path and self.log == "rollback journal" and not os.path.exists(self.database + "-wal"):
                found = connection.execute("PRAGMA journal_mode").fetchall()
                check(found == [("delete",)], f"{self.name}: journal_mode: {found}")
            objects = connection.execute("SELECT type, name FROM sqlite_master ORDER BY name").fetchall()
            rows = {name: connection.execute(f"SELECT * FROM [{name}] ORDER BY rowid").fetchall()
                    for kind, name in objects if kind == "table"}
            return rows, [name for kind, name in objects if kind == "trigger"]
        finally:
            connection.close()

    def run(self, *arguments, **more):
        return subprocess.run([weflow, *arguments], env=self.env, capture_output=True, stdin=subprocess.DEVNULL, **more)

    def without(self, tid):
        return {**self.rows, "SnsTimeLine": [row for row in self.rows["SnsTimeLine"] if row[0] != tid]}

    def look_for_plaintext(self):
        if self.mode == "none":
            return
        for folder, _, names in os.walk(os.path.dirname(self.pristine)):
            for name in names:
                path = os.path.join(folder, name)
                if "cdn" in path or name in ("truth.json", "keys.json"):
                    continue
                data = open(path, "rb").read()
                for text in PLAIN:
                    check(text not in data, f"{self.name}: {text} stands in {path}")

    def digests(self):
        # In another process: whoever opens and closes a file drops all locks that its own process has on it.
        names = sorted(name for name in os.listdir(self.folder) if not name.endswith("-shm"))
        return subprocess.run(["sha256sum", *names], cwd=self.folder, capture_output=True, check=True).stdout


# --- killed writers -------------------------------------------------------------------------------------------------

def changes(store, random):
    """One change: what is prepared, the arguments, and the state after it as (rows, triggers)."""
    tid = random.choice(store.ids)
    delete = ["sns", "delete", str(tid), "--yes"]
    return random.choice([
        (None, delete, (store.without(tid), [])),
        (None, delete + ["--no-backup"], (store.without(tid), [])),
        ("install", delete, (store.without(tid), [TRIGGER])),
        (None, ["sns", "block-delete", "install"], (store.rows, [TRIGGER])),
        ("install", ["sns", "block-delete", "uninstall", "--no-backup"], (store.rows, [])),
    ])


def prepare(store, verb):
    store.restore()
    if verb:
        # The trigger as SQLCipher puts it in, in the log as everything else that is pending.
        connection = store.open()
        connection.execute("PRAGMA wal_autocheckpoint=0")
        connection.execute(f"CREATE TRIGGER {TRIGGER} BEFORE DELETE ON SnsTimeLine BEGIN SELECT RAISE(IGNORE); END")
        copies = {name: open(os.path.join(store.folder, name), "rb").read() for name in os.listdir(store.folder)}
        connection.close()
        for name in os.listdir(store.folder):
            os.remove(os.path.join(store.folder, name))
        for name, data in copies.items():
            open(os.path.join(store.folder, name), "wb").write(data)
    return store.rows, [TRIGGER] if verb else []


def judge(store, before, after, what):
    """Which state the database is in; counts as neither where it is in none of the two."""
    store.look_for_plaintext()
    left = ("+log" if os.path.exists(store.database + "-wal") and os.path.getsize(store.database + "-wal") else "")
    backup = store.database + ".weflow-backup"
    if os.path.exists(backup):
        check(store.dump(backup) == before, f"{what}: the backup is not the state before")
    state = store.dump()
    if state == before:
        return "old" + left
    if check(state == after, f"{what}: neither the old nor the new state"):
        return "new" + left
    return "neither"


def killed_at_random(stores, random):
    outcomes = {}
    times = {}
    for store in stores:
        prepare(store, None)
        begin = time.monotonic()
        check(store.run("sns", "delete", str(store.ids[0]), "--yes").returncode == 0, f"{store.name}: a deletion")
        times[store.name] = time.monotonic() - begin
    for number in range(kills):
        store = stores[number % len(stores)]
        verb, arguments, after = changes(store, random)
        before = prepare(store, verb)
        process = subprocess.Popen([weflow, *arguments], env=store.env, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        names = set(os.listdir(store.folder))
        size = os.path.getsize(store.database + "-wal") if "sns.db-wal" in names else 0
        if number // len(stores) % 2:
            time.sleep(random.uniform(0, times[store.name] * 1.1))
        else:
            # The first trace of the change in the folder, and a moment more.
            while process.poll() is None:
                try:
                    now = os.path.getsize(store.database + "-wal")
                except FileNotFoundError:
                    now = 0
                if set(os.listdir(store.folder)) != names or now != size:
                    break
            time.sleep(random.uniform(0, 0.02) ** 1.5)
        process.send_signal(signal.SIGKILL)
        process.wait()
        state = judge(store, before, after, f"{store.name}: {' '.join(arguments)}")
        outcomes[state] = outcomes.get(state, 0) + 1
    print(f"killed at {kills} random moments: {outcomes}")


CALLS = "openat,pwrite64,ftruncate,fsync,unlink,unlinkat,rename,renameat,fchmod,fcntl"


def killed_at_each_call(stores):
    if not shutil.which("strace"):
        return print("no strace: not killed at each system call")
    outcomes = {}
    runs = 0
    for store in stores:
        tid = store.ids[len(store.ids) // 2]
        for verb in (None, "install"):
            before, after = prepare(store, verb), (store.without(tid), [TRIGGER] if verb else [])
            trace = os.path.join(os.path.dirname(store.pristine), "trace")
            arguments = [weflow, "sns", "delete", str(tid), "--yes"]
            subprocess.run(["strace", "-f", "-qq", "-e", f"trace={CALLS}", "-o", trace, *arguments], env=store.env,
                           check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
            lines = open(trace).read().splitlines()
            # From the first writing open in the store on; strace counts the calls of each name by themselves.
            first = next(i for i, line in enumerate(lines) if "sns.db" in line and "O_RDWR" in line)
            counts = {}
            for i, line in enumerate(lines):
                name = line.split(None, 1)[-1].split("(")[0]
                counts[name] = counts.get(name, 0) + 1
                if i < first:
                    continue
                prepare(store, verb)
                subprocess.run(
                    ["strace", "-f", "-qq", "-e", f"trace={name}", "-e",
                     f"inject={name}:signal=SIGKILL:when={counts[name]}", "-o", trace + ".killed", *arguments],
                    env=store.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
                state = judge(store, before, after, f"{store.name}: killed at {name} number {counts[name]}: {line}")
                outcomes[state] = outcomes.get(state, 0) + 1
                runs += 1
    print(f"killed at {runs} system calls, one after the other: {outcomes}")


# --- other users ----------------------------------------------------------------------------------------------------

def serve(store):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([weflow, "serve", "--port", str(port)], env=store.env, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    token = ""
    for _ in range(200):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health").read()
            token = store.run("token").stdout.decode().strip()
            break
        except urllib.error.URLError:
            time.sleep(0.05)

    def ask(method, path):
        request = urllib.request.Request(f"http://127.0.0.1:{port}/api/v1/sns/{path}", method=method,
                                         headers={"Authorization": f"Bearer {token}"})
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()
    return process, ask


def in_use(store):
    tid = str(store.ids[3])
    commands = (["sns", "delete", tid, "--yes"], ["sns", "block-delete", "install"])
    for holding in ("SELECT count(*) FROM SnsTimeLine", "BEGIN IMMEDIATE"):
        if holding.startswith("SELECT") and store.log == "rollback journal":
            continue  # Without a log a connection holds nothing between two statements.
        store.restore()
        connection = store.open()
        connection.execute("SELECT count(*) FROM SnsTimeLine").fetchall()
        connection.execute(holding)
        before = store.digests()
        process, ask = serve(store)
        for arguments in commands:
            done = store.run(*arguments)
            check(done.returncode == 73 and IN_USE in done.stderr and not done.stdout,
                  f"{store.name}: {holding}: exit {done.returncode}: {done.stderr}")
        for method, path in (("DELETE", f"post/{tid}"), ("POST", "block-delete/install")):
            status, body = ask(method, path)
            check(status == 409 and IN_USE in body, f"{store.name}: {method} {path}: {status} {body}")
        check(store.digests() == before, f"{store.name}: a refused change left a trace")
        connection.close()
        status, body = ask("DELETE", f"post/{tid}")
        check((status, body) == (200, b'{"success":true}'), f"{store.name}: DELETE afterwards: {status} {body}")
        check(ask("DELETE", f"post/{tid}")[0] == 404, f"{store.name}: DELETE twice")
        process.terminate()
        check(process.wait() == 0, f"{store.name}: the server's end")
        check(store.dump() == (store.without(int(tid)), []), f"{store.name}: DELETE over HTTP")
    print(f"{store.name}: refused while SQLCipher has it open, with 73 and 409")


def beside_a_writer(store):
    """A client that opens, writes and closes all the time: a change comes before, after or not at all."""
    store.restore()
    written, stop, busy = [], threading.Event(), []

    def write():
        number = 0
        while not stop.is_set():
            number += 1
            try:
                connection = store.open()
                connection.execute("PRAGMA busy_timeout=3000")
                connection.execute("INSERT INTO SnsTimeLine VALUES(?,?,?,NULL)", (-5000 - number, "wxid_writer", "x"))
                written.append(-5000 - number)
                if number % 3:
                    time.sleep(0.01)
                connection.close()
            except sqlcipher.OperationalError as error:
                busy.append(str(error))
            time.sleep(0.02)
    writer = threading.Thread(target=write)
    writer.start()
    deleted, refused = set(), 0
    for tid in store.ids[:40]:
        done = store.run("sns", "delete", str(tid), "--yes", "--no-backup")
        if done.returncode == 0:
            deleted.add(tid)
        else:
            refused += 1
            check(done.returncode == 73, f"{store.name}: beside a writer: {done.returncode} {done.stderr}")
    stop.set()
    writer.join()
    rows, _ = store.dump()
    wanted = (set(store.ids) - deleted) | set(written)
    check({row[0] for row in rows["SnsTimeLine"]} == wanted, f"{store.name}: beside a writer: rows are lost or back")
    check(deleted and written, f"{store.name}: beside a writer: nothing happened")
    print(f"{store.name}: beside a writer: {len(written)} rows written, {len(deleted)} deleted, {refused} refused, "
          f"writer refused {len(busy)} times, none lost")


def asked(store):
    tid = store.ids[9]
    for answer, status, rows in ((b"\n", 1, store.rows), (b"n\n", 1, store.rows), (b"\x04", 1, store.rows),
                                 (b"y\n", 0, store.without(tid))):
        store.restore()
        pid, terminal = pty.fork()
        if pid == 0:
            os.execve(weflow, [weflow, "sns", "delete", str(tid)], store.env)
        text = b""
        try:
            while b"[y/N]" not in text:
                text += os.read(terminal, 4096)
            os.write(terminal, answer)
            while True:
                text += os.read(terminal, 4096)
        except OSError:
            pass
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        os.close(terminal)
        check(code == status and str(tid % (1 << 64)).encode() in text, f"asked, {answer}: {code} {text}")
        check(store.dump() == (rows, []), f"asked, {answer}: rows")
    print(f"{store.name}: asks on a terminal")


def read_only(store):
    if os.geteuid() != 0 or not shutil.which("unshare"):
        return print("no rights to mount: a read-only file system is not tried")
    store.restore()
    script = f'mount --bind "{store.folder}" "{store.folder}" && mount -o remount,ro,bind "{store.folder}" && exec "$@"'
    for arguments in (["sns", "delete", str(store.ids[0]), "--yes"], ["sns", "block-delete", "install"]):
        done = subprocess.run(["unshare", "-m", "sh", "-c", script, "sh", weflow, *arguments], env=store.env,
                              capture_output=True, stdin=subprocess.DEVNULL)
        if b"mount" in done.stderr and b"weflow" not in done.stderr:
            return print("no rights to mount: a read-only file system is not tried")
        check(done.returncode == 70 and b"read-only" in done.stderr, f"read-only: {done.returncode} {done.stderr}")
    check(store.dump() == (store.rows, []), "read-only: rows")
    print(f"{store.name}: refused on a read-only file system")


def main():
    seed = random.randrange(1 << 32)
    print(f"seed of the kills: {seed}")
    with tempfile.TemporaryDirectory() as scratch:
        stores = [Store(scratch, mode, log) for mode in ("raw", "none")
                  for log in ("empty log", "pending log", "rollback journal")]
        killed_at_random(stores, random.Random(seed))
        killed_at_each_call(stores)
        for store in stores:
            in_use(store)
            beside_a_writer(store)
            store.look_for_plaintext()
        asked(stores[0])
        read_only(stores[0])
        account = Store(scratch, "kdf", "pending log")
        tid = account.ids[5]
        check(account.run("sns", "delete", str(tid % (1 << 64)), "--yes").returncode == 0, "kdf: by the unsigned id")
        account.look_for_plaintext()
        check({n for n in os.listdir(account.folder) if not n.endswith("-shm")} == {"sns.db", "sns.db.weflow-backup"}, "kdf: what lies beside")
        check(account.dump(account.database + ".weflow-backup") == (account.rows, []), "kdf: the backup")
        check(account.dump() == (account.without(tid), []), "kdf: the rows")
    print("changes: " + (f"{failures} wrong" if failures else "all as it must be"))
    sys.exit(1 if failures else 0)


main()
