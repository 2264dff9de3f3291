"""What schemathesis cannot know of the API: loaded by schemathesis.toml.

- The cursor of a search belongs to that search, and any other is refused. No schema can say which search an opaque text
  belongs to, so none is given here; that the server refuses them is for the tests of the server.
- Nobody waits a minute for what may arrive.
- A stream of events does not end: what comes within half a second is taken for the answer.
"""
import re
import time

import requests
import schemathesis

SEARCH = "/api/v1/search"
NEW = "/api/v1/messages/new"
SECONDS = 0.5


@schemathesis.hook
def before_call(context, case, kwargs):
    for given in (case.query, case.body):
        if not isinstance(given, dict):
            continue
        if case.operation.path == SEARCH and str(given.get("cursor")).startswith("s1."):
            del given["cursor"]
        if case.operation.path == NEW and re.fullmatch(r"-?[0-9]+(\.0+)?", str(given.get("wait"))):
            given["wait"] = 0


send = requests.adapters.HTTPAdapter.send


def send_for_a_while(self, request, stream=False, timeout=None, **others):
    if "/push/messages" not in request.url:
        return send(self, request, stream=stream, timeout=timeout, **others)
    try:
        response = send(self, request, stream=True, timeout=(5, SECONDS), **others)
    except requests.exceptions.ReadTimeout:
        raise AssertionError("the stream has no head")
    if not response.headers.get("Content-Type", "").startswith("text/event-stream"):
        response.content
        return response
    content, end = b"", time.monotonic() + SECONDS
    try:
        while time.monotonic() < end:
            piece = response.raw.read1(65536)
            if not piece:
                break
            content += piece
    except Exception:
        pass  # Nothing more came in time.
    response.close()
    response._content, response._content_consumed = content, True
    return response


requests.adapters.HTTPAdapter.send = send_for_a_while
