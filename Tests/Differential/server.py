"""`weflow serve` of an account, to compare what it answers with what the command line prints."""
import json
import signal
import socket
import subprocess
import urllib.error
import urllib.parse
import urllib.request


class Server:
    """Runs on a port that the system chose."""

    def __init__(self, account):
        self.account = account

    def __enter__(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.token = subprocess.run([self.account.weflow, "token"], env=self.account.env, capture_output=True, check=True).stdout.decode().strip()
        self.process = subprocess.Popen([self.account.weflow, "serve", "--port", str(port)], env=self.account.env,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.base = f"http://127.0.0.1:{port}"
        for line in self.process.stdout:
            if b"http://" in line:
                break
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate()

    def get(self, path, **parameters):
        """Status, header fields and body."""
        url = self.base + path + ("?" + urllib.parse.urlencode(parameters) if parameters else "")
        request = urllib.request.Request(url, headers={"Authorization": f"Bearer {self.token}"})
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read()

    def both(self, path, command, *arguments, **parameters):
        """The answer of the command, after it was compared with that of the server."""
        out = self.account.run(command, *arguments)
        status, _, body = self.get(path, **parameters)
        self.account.same(f"{path} {parameters} status", status, 200)
        self.account.same(f"{path} {parameters} says what {command} says", body == out.rstrip(b"\n"), True)
        return json.loads(out) if out else {}
