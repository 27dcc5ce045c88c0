"""Backup of a server under load, and restore: nothing acknowledged before it is missing, what was learned is what the
log says, and a decision can be replayed."""

import json
import threading

import server as proffer

OFFERS = [{"offer": f"offer-{i}"} for i in range(5)]
WINDOWED = {"randomisation": {"approach": "binaryThompson", "processing_count": 200, "decay_gamma": 1.5, "interaction_count": 3}}


class Load:
    """Decisions and outcomes, one after the other on each of some threads, until it ends."""

    def __init__(self, server, threads=4):
        self._server = server
        self._ended = threading.Event()
        self.decided = []  # uuids that were acknowledged, in order of their answers
        self.accepted = []
        self._threads = [threading.Thread(target=self._run, args=(number,)) for number in range(threads)]
        for thread in self._threads:
            thread.start()

    def _run(self, number):
        for i in range(1_000_000):
            if self._ended.is_set():
                return
            decision = self._server.decide("c", f"customer-{(7 * i + number) % 50}")
            self.decided.append(decision["uuid"])
            if i % 3 == 0:
                self._server.respond(decision["uuid"], proffer.shown(decision)[0])
                self.accepted.append(decision["uuid"])

    def wait_for(self, decisions):
        while len(self.decided) < decisions:
            pass

    def end(self):
        self._ended.set()
        for thread in self._threads:
            thread.join()


class Backup(proffer.Case):
    def test_a_server_under_load_is_backed_up_and_restored(self):
        server = self.server()
        server.define("c", WINDOWED, OFFERS)
        lines = "".join(json.dumps({"_id": str(i), "padding": "x" * 900}) + "\n" for i in range(20_000))
        server.good("POST", "/api/v1/collections/shop/ballast/documents", lines.encode(), {"Content-Type": "application/x-ndjson"})
        load = Load(server)
        load.wait_for(500)
        before = list(load.decided)
        accepted = list(load.accepted)
        done = proffer.run("backup", self.directory / "copy.db", "--data", server.data)
        during = len(load.decided)
        load.end()
        self.assertEqual(done.returncode, 0, done)
        self.assertIn("MB in", done.stderr)
        made = json.loads(done.stdout)
        self.assertEqual(made["bytes"], (self.directory / "copy.db").stat().st_size)
        self.report(f"{made['bytes'] >> 20} MiB copied while {during - len(before)} decisions were made")
        server.stop()

        done = proffer.run("restore", self.directory / "copy.db", "--data", self.directory / "restored", "--quiet")
        self.assertEqual((done.returncode, done.stderr), (0, ""), done)
        restored = self.server(data="restored")
        there = {row["uuid"]: row for row in restored.decisions(campaign="c")}
        self.assertEqual([uuid for uuid in before if uuid not in there], [])
        self.assertLess(len(there), len(load.decided))
        for uuid in accepted[-20:]:
            self.assertTrue(restored.good("GET", f"/api/v1/decisions/{uuid}")["responses"], uuid)
        arms = restored.arms("c")
        self.assertGreater(sum(arm["contacts"] for arm in arms), 0)
        restored.good("POST", "/learning")
        self.assertEqual(restored.arms("c"), arms)
        for uuid in before[-1], before[0], next(iter(there)):
            self.assertTrue(restored.good("GET", f"/api/v1/decisions/{uuid}/replay")["reproduced"])
        self.assertEqual(len(proffer.shown(restored.decide("c", "after"))), 1)

    def test_backups_in_a_directory_bear_their_time(self):
        server = self.server()
        backups = self.directory / "backups"
        backups.mkdir()
        done = proffer.run("backup", backups, "--data", server.data)
        self.assertEqual(done.returncode, 0, done)
        (file,) = backups.iterdir()
        self.assertRegex(file.name, r"^proffer-\d{8}T\d{6}Z\.db$")
        self.assertEqual(json.loads(done.stdout)["file"], str(file))

    def test_what_cannot_be_done_is_told_in_one_line(self):
        server = self.server()
        file = self.directory / "copy.db"
        self.assertRefusedInOneLine(proffer.run("backup", file, "--data", self.directory / "no"), "there is no database")
        self.assertRefusedInOneLine(proffer.run("restore", file, "--data", self.directory / "new"), "there is no database")
        proffer.run("backup", file, "--data", server.data)
        self.assertRefusedInOneLine(proffer.run("backup", file, "--data", server.data), "is there already")
        self.assertRefusedInOneLine(proffer.run("restore", file, "--replace", "--data", server.data), "in use by process")
        server.stop()
        self.assertRefusedInOneLine(proffer.run("restore", file, "--data", server.data), "not empty", "--replace")
        done = proffer.run("restore", file, "--replace", "--data", server.data)
        self.assertTrue(json.loads(done.stdout)["put_aside"].endswith("proffer.db.replaced"), done)
        server.start()
