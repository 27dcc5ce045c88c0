"""Starts the program in a directory of its own, talks to it over HTTP, and stops it."""

import http.client
import json
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Refused(Exception):
    """An answer that is not a success, or a program that does not run."""


class Program:
    """`with Program(binary) as program:` serves until the block ends, whatever ends it."""

    def __init__(self, binary):
        self.binary = str(pathlib.Path(binary).resolve())
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="proffer-demo-"))
        self.data = self.directory / "data"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._connections = threading.local()
        self._process = None

    def __enter__(self):
        began = time.monotonic()
        try:
            self._process = self._started()
            self._wait_until_ready(began + 10)
        except BaseException:
            self.__exit__()
            raise
        self.seconds_to_ready = time.monotonic() - began
        return self

    def __exit__(self, *_):
        try:
            self._stop()
        finally:
            shutil.rmtree(self.directory, ignore_errors=True)

    def _started(self):
        command = [self.binary, "serve", "--data", str(self.data), "--listen", f"127.0.0.1:{self.port}"]
        with open(self.directory / "log", "wb") as log:
            return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def _stop(self):
        if self._process is None:
            return
        self._process.send_signal(signal.SIGTERM)  # nothing when it has ended
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _wait_until_ready(self, deadline):
        while True:
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise Refused("the server did not start:\n" + (self.directory / "log").read_text(errors="replace"))
            try:
                return self.call("GET", "/ready")
            except OSError:
                time.sleep(0.005)

    def ended(self):
        return self._process.poll() is not None

    def call(self, method, path, body=None, content_type="application/json"):
        """The parsed answer. Each thread keeps a connection of its own."""
        data = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
        connection = self._connection()
        try:
            connection.request(method, path, data, {"Content-Type": content_type})
            answer = connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException):
            connection.close()
            raise
        if answer.status >= 300:
            raise Refused(f"{method} {path}: {answer.status} {text.decode(errors='replace')}")
        return json.loads(text) if text else None

    def _connection(self):
        if not hasattr(self._connections, "own"):
            self._connections.own = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        return self._connections.own

    def run(self, *arguments):
        """What a subcommand prints, beside the running server."""
        command = [self.binary, *arguments, "--data", str(self.data)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        if done.returncode != 0:
            raise Refused(f"{' '.join(command)}: {done.stderr.strip()}")
        return done.stdout
