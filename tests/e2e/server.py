"""The real program under test: `proffer serve` in a directory and on a port of its own, and the other subcommands."""

import http.client
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest

binary = os.environ.get("PROFFER_BINARY", "")
here = pathlib.Path(__file__).resolve().parent
root = here.parents[1]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment(extra=None):
    """The variables of this process without Proffer's own, so that nothing from outside configures what is tested."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("PROFFER_")}
    return {**own, **(extra or {})}


class Answer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"{self.status} {self.body[:500]!r}"


class Server:
    """One data directory and one port. May be started, stopped and killed again and again."""

    def __init__(self, data, *arguments, variables=None, listen=None):
        self.data = pathlib.Path(data)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._arguments = ["--listen", listen or f"127.0.0.1:{self.port}", *arguments]
        self._variables = variables
        self._local = threading.local()
        self._log = self.data.with_name(self.data.name + ".log")
        self.process = None

    def spawn(self):
        command = [binary, "serve", "--data", str(self.data), *self._arguments]
        with open(self._log, "ab") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            env=environment(self._variables))

    def start(self, seconds=20):
        """Returns the seconds until /ready answered 200."""
        began = time.monotonic()
        self.spawn()
        while True:
            if self.process.poll() is not None:
                raise AssertionError(f"the server ended with {self.process.returncode}: {self.said()}")
            try:
                with socket.create_connection(("127.0.0.1", self.port), 1):
                    pass
                if self.call("GET", "/ready").status == 200:
                    return time.monotonic() - began
            except (OSError, http.client.HTTPException):
                pass
            if time.monotonic() - began > seconds:
                raise AssertionError(f"not ready after {seconds} s: {self.said()}")
            time.sleep(0.002)

    def said(self):
        return self._log.read_text(errors="replace")

    def stop(self, seconds=30):
        """SIGTERM; the exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def end(self):
        """Whatever state it is in: no process remains."""
        if self.process is not None and self.process.poll() is None:
            self.kill()

    def call(self, method, path, body=None, headers=None, timeout=60):
        """One request on this thread's kept connection. `body`: bytes as they are, anything else as JSON."""
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        connection = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path, data, {"Content-Type": "application/json", **(headers or {})})
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        except BaseException:
            connection.close()
            raise

    def good(self, method, path, body=None, headers=None):
        """The parsed answer of a call that must succeed."""
        answer = self.call(method, path, body, headers)
        if answer.status >= 300:
            raise AssertionError(f"{method} {path}: {answer}")
        return answer.json if answer.body else None

    def define(self, name, document, offers):
        self.good("PUT", f"/api/v1/campaigns/{name}", document)
        self.good("PUT", f"/api/v1/campaigns/{name}/offers", offers)

    def decide(self, campaign, customer="c", count=1, **more):
        return self.good("POST", "/invocations",
                         {"campaign": campaign, "customer": customer, "numberoffers": count, **more})

    def respond(self, uuid, *offers):
        return self.good("POST", "/response", {"uuid": uuid, "offers_accepted": [{"offer_name": o} for o in offers]})

    def arms(self, campaign):
        """What was learned, without when it was last touched."""
        moving = ("date_updated", "date_time", "arm_reward")
        options = self.good("GET", f"/api/v1/campaigns/{campaign}/options")
        return [{name: value for name, value in option.items() if name not in moving} for option in options]

    def decisions(self, **query):
        """Every row of a listing, all pages of it."""
        after = None
        while True:
            parts = {"limit": 1000, **query, **({} if after is None else {"after": after})}
            page = self.good("GET", "/api/v1/decisions?" + "&".join(f"{k}={v}" for k, v in parts.items()))
            yield from page["decisions"]
            after = page["next"]
            if after is None:
                return

    def raw(self, timeout=30):
        """A plain connection."""
        return socket.create_connection(("127.0.0.1", self.port), timeout)


def shown(decision):
    """The offers of an answer, in their order."""
    return [one["result"]["offer"] for one in decision["final_result"]]


def run(*arguments, variables=None, text=None, directory=None):
    """A subcommand: the finished process, its output as text."""
    return subprocess.run([binary, *map(str, arguments)], input=text, capture_output=True, text=True, timeout=60,
                          env=environment(variables), cwd=directory, check=False)


class Case(unittest.TestCase):
    """Gives every test a directory of its own and ends what it started."""

    def setUp(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="proffer-e2e-"))
        self.addCleanup(shutil.rmtree, self.directory, ignore_errors=True)

    def server(self, *arguments, data="data", start=True, **more):
        server = Server(self.directory / data, *arguments, **more)
        self.addCleanup(server.end)
        if start:
            server.start()
        return server

    def file(self, name, content):
        path = self.directory / name
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    def report(self, text):
        print(f"{self.id()}: {text}", flush=True)

    def assertRefusedInOneLine(self, done, *parts):
        """A process that ended with an error and said why in one line that contains `parts`."""
        self.assertNotEqual(done.returncode, 0, done)
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        for part in parts:
            self.assertIn(part, done.stderr)

    def assertProblem(self, answer, *statuses):
        """A problem document of one of these statuses."""
        self.assertIn(answer.status, statuses, answer)
        self.assertEqual(answer.headers["Content-Type"].split(";")[0], "application/problem+json", answer)
        problem = answer.json
        self.assertEqual(problem["status"], answer.status)
        self.assertTrue(problem["title"] and problem["detail"], problem)
        self.assertIsInstance(problem["errors"], list)
