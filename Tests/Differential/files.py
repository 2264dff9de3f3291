"""What messages carry beside their text, as compare.py compares the rest: transcripts, files, avatars, what is unread."""
import json


def check(account):
    for what in (transcripts,):
        what(account)


def transcripts(account):
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
