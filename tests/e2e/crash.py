"""What was acknowledged survives SIGKILL: every decision and every outcome, once, and the arms that follow from them."""

import collections
import http.client
import os
import random
import shutil
import sqlite3
import threading
import time
import unittest

from server import Case, shown

rounds = 50
clients = 6
offers = [{"offer": f"offer-{i}"} for i in range(8)]

# One of plain counts; one whose caps, decay and cut depend on the order of all that was logged.
campaigns = {
    "counts": {"randomisation": {"approach": "binaryThompson", "processing_window": 0, "processing_count": 0}},
    "recent": {"randomisation": {"approach": "epsilonGreedy", "epsilon": 0.3, "processing_window": 0, "processing_count": 150,
                                 "interaction_count": 3, "decay_gamma": 1.2}},
}


class Worker:
    """Calls the server until told to stop or the server is gone. An answer that is no success is kept as a failure."""

    def __init__(self, server):
        self._server = server
        self.failure = None

    def run(self, end):
        try:
            while not end.is_set():
                self.step()
        except (OSError, http.client.HTTPException):
            pass  # the kill
        except AssertionError as failure:
            self.failure = failure


class Client(Worker):
    """Decides and responds, and remembers what was acknowledged and what may have happened."""

    def __init__(self, server, seed):
        super().__init__(server)
        self._random = random.Random(seed)
        self._open = []                # (uuid, offers) that may be responded to
        self.decisions = {}            # uuid → offers, acknowledged
        self.outcomes = set()          # (uuid, offer), acknowledged
        self.asked = set()             # (uuid, offer), sent
        self.checked = 0               # decisions found in the log so far

    def step(self):
        if self._open and self._random.random() < 0.3:
            self._respond()
        else:
            self._decide()

    def _decide(self):
        campaign = self._random.choice(list(campaigns))
        decision = self._server.decide(campaign, f"customer-{self._random.randrange(40)}", self._random.randint(1, 3))
        self.decisions[decision["uuid"]] = shown(decision)
        self._open.append((decision["uuid"], shown(decision)))

    def _respond(self):
        uuid, options = self._open.pop(self._random.randrange(len(self._open)))
        offer = self._random.choice(options)
        self.asked.add((uuid, offer))
        self._server.respond(uuid, offer)
        self.outcomes.add((uuid, offer))


class Importer(Worker):
    """Imports rows into a campaign of its own."""

    rows = 500

    def __init__(self, server):
        super().__init__(server)
        self.asked = 0
        self.acknowledged = 0

    def step(self):
        self.asked += self.rows
        rows = [{"customer_id": "past", "offer": f"offer-{i % 8}", "datetime": "2024-05-01T10:00:00Z", "accepted": int(i % 5 == 0)}
                for i in range(self.rows)]
        self._server.good("POST", "/api/v1/campaigns/history/decisions", rows)
        self.acknowledged += self.rows


class Crash(Case):
    oldest = "2000-01-01T00:00:00Z"

    def setUp(self):
        super().setUp()
        self.seed = int(os.environ.get("SEED", time.time()))
        self.report(f"SEED={self.seed}")
        self.random = random.Random(self.seed)
        self.target = self.server(start=False)
        self.clients = [Client(self.target, self.seed + i) for i in range(clients)]
        self.importer = Importer(self.target)
        self.round_began = self.oldest

    def test_everything_acknowledged_survives_fifty_kills(self):
        began = time.monotonic()
        self.target.start()
        for name, document in {**campaigns, "history": campaigns["counts"]}.items():
            self.target.define(name, document, offers)
        slowest = 0.0
        for number in range(rounds):
            self.hammer_and_kill()
            if number % 5 == 4:
                self.kill_while_starting()
            self.check_integrity()
            slowest = max(slowest, self.target.start())
            self.check_log(everything=number % 10 == 9)
            self.check_arms()
        decisions = sum(len(client.decisions) for client in self.clients)
        outcomes = sum(len(client.outcomes) for client in self.clients)
        self.report(f"{rounds} kills, {decisions:,} decisions, {outcomes:,} outcomes, {self.importer.acknowledged:,} imported rows; "
                    f"slowest start {1000 * slowest:.0f} ms; {time.monotonic() - began:.0f} s")
        self.assertGreater(decisions, 50 * rounds)
        self.assertGreater(outcomes, 5 * rounds)

    def hammer_and_kill(self):
        end = threading.Event()
        threads = [threading.Thread(target=worker.run, args=[end]) for worker in [*self.clients, self.importer]]
        for thread in threads:
            thread.start()
        time.sleep(self.random.uniform(0.03, 0.4))
        self.target.kill()
        end.set()
        for thread in threads:
            thread.join()
        self.assertEqual([w.failure for w in [*self.clients, self.importer] if w.failure], [])

    def kill_while_starting(self):
        self.target.spawn()
        time.sleep(self.random.uniform(0, 0.06))
        self.target.kill()

    def check_integrity(self):
        copy = self.directory / "copy"
        shutil.copytree(self.target.data, copy, ignore=shutil.ignore_patterns("*.sock", "*-shm"))
        with sqlite3.connect(copy / "proffer.db") as database:
            self.assertEqual(database.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
        database.close()
        shutil.rmtree(copy)

    def check_log(self, everything):
        """The decisions of the last round with their outcomes; now and then all."""
        since = self.oldest if everything else self.round_began
        seen, exposures = {}, collections.Counter()
        for campaign in campaigns:
            for row in self.target.decisions(campaign=campaign, view="flatten", **{"from": since}):
                place = row["uuid"], row["offer"]
                self.assertFalse(place in seen, f"decision {place} is in the log twice")
                seen[place] = row["rank"], row["accepted"]
                exposures[campaign, row["offer"]] += 1
                self.round_began = max(self.round_began, row["datetime"])
        for client in self.clients:
            self.check_decisions(client, seen, everything)
        self.check_outcomes(seen, since)
        if everything:
            counted = {arm["optionKey"]: arm["contacts"] for arm in self.target.arms("counts")}
            self.assertEqual(counted, {offer["offer"]: exposures["counts", offer["offer"]] for offer in offers})

    def check_decisions(self, client, seen, everything):
        first = 0 if everything else client.checked
        for uuid, options in list(client.decisions.items())[first:]:
            for rank, offer in enumerate(options, 1):
                self.assertTrue((uuid, offer) in seen, f"decision {uuid} was acknowledged and is lost")
                self.assertEqual(seen[uuid, offer][0], rank)
        client.checked = len(client.decisions)

    def check_outcomes(self, seen, since):
        """In the rows of the decisions, and by the documents of the outcomes themselves."""
        asked = set().union(*(client.asked for client in self.clients))
        acknowledged = set().union(*(client.outcomes for client in self.clients))
        accepted = {place for place, (_, taken) in seen.items() if taken == 1}
        self.assertEqual((acknowledged & seen.keys()) - accepted, set(), "an outcome that was acknowledged is lost")
        self.assertEqual(accepted - asked, set(), "an outcome that nobody sent")
        found = collections.Counter()
        for campaign in campaigns:
            for document in self.target.decisions(campaign=campaign, view="responses", **{"from": since}):
                for result in document["response"]["offers_accepted"]:
                    found[document["uuid"], result["offer"]] += 1
        self.assertEqual(found, collections.Counter(accepted), "an outcome is in the log twice, or in one view only")

    def check_arms(self):
        names = [*campaigns, "history"]
        before = {name: self.target.arms(name) for name in names}
        self.target.good("POST", "/learning")
        self.assertEqual({name: self.target.arms(name) for name in names}, before, "recomputed arms differ")
        imported = sum(arm["contacts"] for arm in before["history"])
        self.assertGreaterEqual(imported, self.importer.acknowledged)
        self.assertLessEqual(imported, self.importer.asked)


if __name__ == "__main__":
    unittest.main()
