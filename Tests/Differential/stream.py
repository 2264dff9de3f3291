"""Clients of the stream of events, as others write them: bytes, chunks, frames."""
import json
import random
import socket
import threading
import time


class Stream(threading.Thread):
    """Follows a server in a thread of its own.

    resumes: "id" comes back with Last-Event-ID, "replay" without one, telling events apart by their key.
    cuts: whether the connection is cut at random moments, but not before it brought something new.
    """

    def __init__(self, port, token, resumes="id", cuts=False, query=""):
        super().__init__(daemon=True)
        self.port, self.token, self.resumes, self.cuts, self.query = port, token, resumes, cuts, query
        self.events, self.faults, self.gaps = [], [], 0
        self.last, self.keys = None, set()
        self.is_over, self.is_ready = False, threading.Event()
        self.start()

    def run(self):
        while not self.is_over:
            try:
                self.follow()
            except OSError:
                pass
            time.sleep(0.05)

    def follow(self):
        with socket.create_connection(("127.0.0.1", self.port)) as connection:
            self.connection = connection
            # A client without an id says how far back it may have missed something.
            query = self.query or ("" if self.resumes == "replay" or self.last else "?replay=0" if not self.is_ready.is_set() else "")
            head = [f"GET /api/v1/push/messages{query} HTTP/1.1", f"Host: 127.0.0.1:{self.port}",
                    f"Authorization: Bearer {self.token}"]
            if self.last and self.resumes == "id":
                head.append(f"Last-Event-ID: {self.last}")
            connection.sendall("\r\n".join(head + ["", ""]).encode())
            file = connection.makefile("rb")
            if b" 200 " not in file.readline():
                return
            while file.readline() not in (b"\r\n", b""):
                pass
            until, known = time.time() + random.uniform(0.2, 0.8), len(self.events)
            while not self.is_over:
                size = file.readline()
                if not size or int(size, 16) == 0:
                    return
                chunk = file.read(int(size, 16))
                if len(chunk) < int(size, 16):
                    return
                file.readline()
                self.take(chunk.decode())
                if self.cuts and time.time() > until and len(self.events) > known:
                    return

    def take(self, chunk):
        if chunk == ": ping\n\n":
            return
        lines = chunk.split("\n")
        if chunk.startswith("event: ready\n"):
            self.is_ready.set()
            return
        if len(lines) != 5 or lines[3:] != ["", ""] or not lines[0].startswith("id: ") or not lines[2].startswith("data: "):
            self.faults.append(chunk[:200])
            return
        if lines[1] == "event: gap":
            self.gaps += 1
            return
        self.last = lines[0][4:]
        event = json.loads(lines[2][6:])
        if lines[1] != "event: " + event["event"] or event["eventId"] != self.last or event.get("content") is None:
            self.faults.append(chunk[:200])
        if self.resumes == "replay":
            if event["messageKey"] in self.keys:
                return
            self.keys.add(event["messageKey"])
        event["seen"] = time.time()
        self.events.append(event)

    def stop(self):
        self.is_over = True
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except (AttributeError, OSError):
            pass
        self.join()
