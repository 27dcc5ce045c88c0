"""Everything moves from an embedded store to a MongoDB, or to another embedded store, with one command; afterwards the
new store knows, learns and replays what the old one did."""

import json
import pathlib
import sys

from server import Case, run, shown

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "components"))
from component import Component  # noqa: E402

learning = {"randomisation": {"processing_window": 0, "processing_count": 40, "decay_gamma": 1.5, "interaction_count": 3}}


class Move(Case):
    def filled(self):
        """A stopped server's directory, and what it said."""
        source = self.server()
        source.define("c", learning, [{"offer": "a"}, {"offer": "b"}, {"offer": "ü/%"}])
        rows = "".join(json.dumps({"_id": f"{i}", "whole": 1.5 * i, "a.b": {"$x": i}}) + "\n" for i in range(1_500))
        source.good("POST", "/api/v1/collections/shop/customers/documents", rows.encode(), {"Content-Type": "application/x-ndjson"})
        uuids = []
        for i in range(300):
            decision = source.decide("c", f"customer-{i % 17}", 1 + i % 2)
            uuids.append(decision["uuid"])
            if i % 3 == 0:
                source.respond(decision["uuid"], shown(decision)[0])
        said = self.view(source)
        source.stop()
        return source.data, uuids, said

    def view(self, server):
        def rows(**query):
            return [{name: value for name, value in row.items() if name not in ("server", "stats")} for row in server.decisions(**query)]
        return {"campaigns": server.good("GET", "/campaigns"), "arms": server.arms("c"), "contacts": rows(campaign="c"),
                "flatten": rows(campaign="c", view="flatten"),
                "customers": server.good("POST", "/api/v1/collections/shop/customers/find", {"limit": 1000, "exact": True})}

    def move(self, source, target, *more):
        return run("move", "--from", f"sqlite:{source}", "--to", target, *more)

    def expect_everything(self, server, uuids, said):
        for name, value in self.view(server).items():
            self.assertEqual(value, said[name], name)
        for uuid in uuids[::37]:
            self.assertTrue(server.good("GET", f"/api/v1/decisions/{uuid}/replay")["reproduced"], uuid)
        answered = server.respond(uuids[1], said["contacts"][-2]["final_result"][0]["result"]["offer"])
        self.assertEqual(answered["message"], "Success")
        arms = server.arms("c")
        server.good("POST", "/learning")
        self.assertEqual(server.arms("c"), arms)

    def test_from_sqlite_to_mongodb(self):
        source, uuids, said = self.filled()
        with Component("mongo") as mongo:
            node = self.directory / "node"
            done = self.move(source, mongo.address, "--data", node)
            self.assertEqual(done.returncode, 0, done)
            self.report(done.stderr.replace("\n", "; ") + done.stdout.strip())
            self.assertEqual(json.loads(done.stdout)["records"], 300 + 100 + 2)
            self.assertIn("shop.customers: 1500 documents", done.stderr)
            self.assertRefusedInOneLine(self.move(source, mongo.address, "--data", node, "--quiet"), "the target is not empty")
            server = self.server("--store", mongo.address, data="node")
            self.expect_everything(server, uuids, said)
            self.assertEqual(server.stop(), 0)
            self.assertRefusedInOneLine(run("move", "--from", mongo.address, "--to", "sqlite:x"), "only an embedded store moves")

    def test_from_sqlite_to_sqlite(self):
        source, uuids, said = self.filled()
        target = self.directory / "target"
        done = self.move(source, f"sqlite:{target}", "--quiet")
        self.assertEqual((done.returncode, done.stderr), (0, ""), done)
        self.expect_everything(self.server(data="target"), uuids, said)

    def test_what_cannot_move_is_told_in_one_line(self):
        source, _, _ = self.filled()
        self.assertRefusedInOneLine(self.move(source, f"sqlite:{source}"), "are the same store")
        self.assertRefusedInOneLine(self.move(source, "redis://x"), "--to: expected sqlite:DIR or mongodb://")
        self.assertRefusedInOneLine(self.move(source, "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=200", "--data", self.directory / "node"), "127.0.0.1")
        self.assertRefusedInOneLine(self.move(source, "mongodb://127.0.0.1:1", "--data", source), "a directory of its own")
        self.assertRefusedInOneLine(self.move(self.directory / "no", f"sqlite:{self.directory}/x"), "there is no store")
        server = self.server()
        self.assertRefusedInOneLine(self.move(server.data, f"sqlite:{self.directory}/y"), "in use by process")

    def test_the_driver_adds_no_lines_of_its_own(self):
        """It warns where it cannot share memory, which says nothing to whom the command belongs."""
        source, _, _ = self.filled()
        done = run("move", "--from", f"sqlite:{source}", "--to", "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=200",
                   "--data", self.directory / "node", variables={"MONGOC_DISABLE_SHM": "1"})
        self.assertRefusedInOneLine(done, "127.0.0.1")
