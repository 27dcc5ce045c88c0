"""The real servers of script/components for end-to-end tests and benchmarks: each with a port and a data folder of its own.

    with Component("mongo") as mongo:
        mongo.address       # "mongodb://127.0.0.1:40309"

A server ends with the thread that started it, so start it from the main one.
"""

import pathlib
import select
import shutil
import signal
import subprocess
import tempfile

script = pathlib.Path(__file__).resolve().parents[2] / "script" / "components"
patience = 120  # seconds, of a slow machine that fetches it first


class Component:
    def __init__(self, name):
        self.name = name
        self.data = tempfile.mkdtemp(prefix="proffer-test-")
        self.port = "0"
        self.address = None
        self.process = None
        self.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()
        shutil.rmtree(self.data)

    def start(self):
        """On the same data, and the second time on the same port."""
        with open(self.data + "/messages", "ab") as messages:
            self.process = subprocess.Popen([script, "run", self.name, self.data, self.port], stdin=subprocess.DEVNULL,
                                            stdout=subprocess.PIPE, stderr=messages)
        ready = select.select([self.process.stdout], [], [], patience)[0]
        self.address = self.process.stdout.readline().decode().strip() if ready else ""
        if not self.address:
            self.kill()
            raise AssertionError(f"the test server '{self.name}' does not start: {open(self.data + '/messages').read()}")
        self.port = self.address.rsplit(":", 1)[1]

    def stop(self):
        """In order: what it acknowledged is kept."""
        self._end(signal.SIGTERM)

    def kill(self):
        """As a crash."""
        self._end(signal.SIGKILL)

    def pause(self):
        """Connections stay open, and nobody answers."""
        self.process.send_signal(signal.SIGSTOP)

    def resume(self):
        self.process.send_signal(signal.SIGCONT)

    def _end(self, number):
        if self.process is None:
            return
        self.process.send_signal(number)
        self.process.send_signal(signal.SIGCONT)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        self.process = None
