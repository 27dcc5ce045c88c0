"""The demo runs, its figures are sane, and it leaves nothing behind."""

import json
import os
import pathlib
import signal
import subprocess
import sys
import time
import unittest

import server
from server import Case

driver = server.root / "examples" / "open-bandit" / "demo.py"


def commandline(pid):
    try:
        return pathlib.Path("/proc", pid, "cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""  # has ended since


class Demo(Case):
    def start(self, *arguments):
        """The demo with a temporary directory of its own, where what it leaves can be seen."""
        self.left = self.directory / "left"
        self.left.mkdir()
        return subprocess.Popen([sys.executable, driver, "--binary", server.binary, *arguments], stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                env=server.environment({"TMPDIR": str(self.left)}))

    def assertNothingLeft(self):
        self.assertEqual(list(self.left.iterdir()), [])
        running = [commandline(pid) for pid in os.listdir("/proc") if pid.isdigit()]
        self.assertEqual([line for line in running if str(self.left).encode() in line], [])

    def test_it_tells_its_story(self):
        figures = self.directory / "figures.json"
        began = time.monotonic()
        demo = self.start("--figures", str(figures))
        text, _ = demo.communicate(timeout=120)
        seconds = time.monotonic() - began
        self.assertEqual(demo.returncode, 0, text)
        told = json.loads(figures.read_text())
        self.report(f"{seconds:.1f} s in all, {told['decisions'] / told['seconds']:,.0f} decisions a second")
        self.assertLess(seconds, 30)
        self.assertEqual((told["history"]["imported"], told["history"]["clicks"]), (14_485, 83))
        self.assertEqual(told["decisions"], 5_515)
        self.assertGreater(told["matched"], 1_500)
        self.assertLess(told["matched"], 5_515)
        self.assertLess(told["clicked"], 33)  # all clicks of the two days
        self.assertTrue(told["reproduced"])
        for part in ("item ", "bit for bit", "curl -s http://127.0.0.1:", "/invocations", "95 % interval"):
            self.assertIn(part, text)
        self.assertNothingLeft()

    def test_it_cleans_up_when_it_is_ended(self):
        for delay in (0.1, 0.6, 1.5):
            demo = self.start("--keep", "--visitors", "500")
            time.sleep(delay)
            demo.send_signal(signal.SIGTERM)
            demo.communicate(timeout=60)
            self.assertNotEqual(demo.returncode, 0)
            self.assertNothingLeft()
            self.left.rmdir()

    def test_it_says_when_the_program_does_not_run(self):
        demo = self.start("--binary", "/bin/false")
        text, _ = demo.communicate(timeout=60)
        self.assertEqual(demo.returncode, 1)
        self.assertIn("demo: the server did not start", text)
        self.assertNothingLeft()


if __name__ == "__main__":
    unittest.main()
