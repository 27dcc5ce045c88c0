"""Several nodes on one MongoDB act as one, also while a node dies and while the database is away: afterwards the counts
are exactly what the clients saw answered."""

import http.client
import os
import pathlib
import random
import socket
import sys
import threading
import time

from server import Case, run, shown

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "components"))
from component import Component  # noqa: E402

offers = [{"offer": f"offer-{i}"} for i in range(8)]
campaigns = {
    "counts": {"randomisation": {"approach": "binaryThompson", "processing_window": 0, "processing_count": 0}},
    "recent": {"randomisation": {"approach": "epsilonGreedy", "epsilon": 0.3, "processing_window": 0, "processing_count": 150,
                                 "interaction_count": 3, "decay_gamma": 1.2}},
}
visible = 1  # second, within which a node must see what another has recorded
clients = 6


def until(condition, seconds, what):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.02)


def totals(server, campaign):
    """Contacts and acceptances of a campaign of plain counts: alpha = 1 + accepted, beta = 1 + 0.1 * the others."""
    arms = server.arms(campaign)
    accepted = sum(arm["alpha"] - 1 for arm in arms)
    return round(accepted + sum((arm["beta"] - 1) / 0.1 for arm in arms)), round(accepted)


class Client(threading.Thread):
    """Calls any node, and repeats a call with its key on any other until somebody answers it."""

    def __init__(self, nodes, seed, end):
        super().__init__()
        self.nodes = nodes
        self.random = random.Random(seed)
        self.end = end
        self.number = 0
        self.waiting = []              # (uuid, offers) that may be accepted
        self.shown = 0                 # offers in answered decisions of "counts"
        self.accepted = 0              # acceptances of "counts" that were answered
        self.repeats = 0
        self.slowest = 0
        self.failure = None

    def run(self):
        try:
            while not self.end.is_set():
                if self.waiting and self.random.random() < 0.3:
                    self.respond()
                else:
                    self.decide()
                time.sleep(0.005)
        except AssertionError as failure:
            self.failure = failure

    def answered(self, path, body):
        self.number += 1
        headers = {"Idempotency-Key": f"{id(self)}-{self.number}"}
        began = time.monotonic()
        while True:
            node = self.random.choice(self.nodes)
            try:
                answer = node.call("POST", path, body, headers, timeout=30)
            except (OSError, http.client.HTTPException):
                answer = None
            if answer is not None and answer.status in (200, 202):
                self.slowest = max(self.slowest, time.monotonic() - began)
                return answer
            # 404: that node has not heard of the campaign, or of the decision, yet
            if answer is not None and answer.status not in (404, 409, 503):
                raise AssertionError(f"{path}: {answer}")
            if time.monotonic() - began > 60:
                raise AssertionError(f"{path}: nobody answers, last {answer}")
            self.repeats += 1
            time.sleep(0.05)

    def decide(self):
        campaign = self.random.choice(list(campaigns))
        body = {"campaign": campaign, "customer": f"customer-{self.random.randrange(40)}", "numberoffers": 2}
        decision = self.answered("/invocations", body).json
        if campaign == "counts":
            self.shown += len(decision["final_result"])
            self.waiting.append((decision["uuid"], shown(decision)))

    def respond(self):
        uuid, names = self.waiting.pop(self.random.randrange(len(self.waiting)))
        self.answered("/response", {"uuid": uuid, "offers_accepted": [{"offer_name": self.random.choice(names)}]})
        self.accepted += 1


class Nodes(Case):
    def setUp(self):
        super().setUp()
        self.database = Component("mongo")
        self.addCleanup(self.database.__exit__)

    def nodes(self, count, *arguments):
        address = self.database.address + "/?serverSelectionTimeoutMS=1000&socketTimeoutMS=3000&connectTimeoutMS=1000"
        return [self.server("--store", address, *arguments, data=f"node-{i + 1}") for i in range(count)]

    def define(self, nodes):
        for name, document in campaigns.items():
            nodes[0].define(name, document, offers)
        until(lambda: all(len(node.arms(name)) == len(offers) for node in nodes for name in campaigns), 5,
              "every node serves the campaigns")

    def load(self, nodes, work):
        """Runs clients while `work` runs; their ledger."""
        seed = int(os.environ.get("SEED", time.time()))
        self.report(f"SEED={seed}")
        end = threading.Event()
        crowd = [Client(nodes, seed + i, end) for i in range(clients)]
        for client in crowd:
            client.start()
        try:
            work()
        finally:
            end.set()
            for client in crowd:
                client.join()
        for client in crowd:
            if client.failure:
                raise client.failure
        ledger = sum(c.shown for c in crowd), sum(c.accepted for c in crowd)
        self.report(f"shown and accepted {ledger}, {sum(c.repeats for c in crowd)} repeats, "
                    f"slowest {max(c.slowest for c in crowd):.1f} s")
        return ledger

    def agree(self, nodes, ledger):
        """Every node has counted what was answered, and learned the same."""
        until(lambda: all(totals(node, "counts") == ledger for node in nodes), 20,
              f"{[totals(node, 'counts') for node in nodes]} is {ledger}")
        until(lambda: all(node.arms("recent") == nodes[0].arms("recent") for node in nodes), 20, "the same was learned")
        uuids = [row["uuid"] for row in nodes[0].good("GET", "/api/v1/decisions?limit=60")["decisions"]]
        for i, uuid in enumerate(uuids):
            replayed = nodes[i % len(nodes)].good("GET", f"/api/v1/decisions/{uuid}/replay")
            self.assertTrue(replayed["reproduced"], replayed)
        listed = [sum(1 for _ in node.decisions(campaign="counts")) for node in nodes]
        self.assertEqual(len(set(listed)), 1, listed)
        self.assertEqual(listed[0] * 2, ledger[0])
        for node in nodes:  # a recomputation changes nothing
            before = node.arms("recent")
            node.good("GET", "/learning")
            self.assertEqual(node.arms("recent"), before)

    def test_they_act_as_one(self):
        nodes = self.nodes(3)
        self.define(nodes)
        made = nodes[0].decide("counts", count=2)
        nodes[1].respond(made["uuid"], shown(made)[0])
        until(lambda: all(totals(node, "counts") == (2, 1) for node in nodes), visible, "an outcome is seen by all")
        nodes[2].respond(made["uuid"], shown(made)[0])  # once more: counts once
        time.sleep(0.3)
        self.assertEqual([totals(node, "counts") for node in nodes], [(2, 1)] * 3)
        once = nodes[0].call("POST", "/invocations", {"campaign": "counts"}, {"Idempotency-Key": "k"})
        again = nodes[1].call("POST", "/invocations", {"campaign": "counts"}, {"Idempotency-Key": "k"})
        self.assertEqual((once.status, again.status), (200, 200), (once, again))
        self.assertEqual(again.headers["Idempotent-Replayed"], "true")
        self.assertEqual(again.json["uuid"], once.json["uuid"])
        nodes[1].good("PUT", "/api/v1/campaigns/counts/offers", offers[:3])
        until(lambda: all(len(node.arms("counts")) == 3 for node in nodes), visible, "a change is seen by all")
        self.assertEqual(nodes[2].good("GET", f"/api/v1/decisions/{made['uuid']}/replay")["reproduced"], True)
        nodes[0].good("DELETE", "/api/v1/campaigns/recent")
        until(lambda: all(n.call("GET", "/api/v1/campaigns/recent").status == 404 for n in nodes), visible, "a deletion")
        key = nodes[0].good("POST", "/api/v1/keys", {"project": "default", "role": "admin"})["key"]
        until(lambda: nodes[2].call("POST", "/invocations", {"campaign": "counts"}).status == 401, 3, "a key is needed")
        self.assertEqual(nodes[2].call("POST", "/invocations", {"campaign": "counts"}, {"X-API-KEY": key}).status, 200)

    def test_a_customer_is_erased_on_all(self):
        nodes = self.nodes(2)
        self.define(nodes)
        made = [nodes[i % 2].decide("recent", "zoe-1" if i % 3 == 0 else f"customer-{i}", 2) for i in range(30)]
        until(lambda: nodes[0].arms("recent") == nodes[1].arms("recent"), 5, "the same was learned")
        before = nodes[0].arms("recent")
        nodes[0].good("DELETE", "/api/v1/customers/zoe-1")
        for node in nodes:
            self.assertEqual(list(node.decisions(customer="zoe-1")), [])
            until(lambda: node.arms("recent") == before, 5, "arms keep their sums")
            until(lambda: b"zoe-1" not in node.call("GET", f"/api/v1/decisions/{made[0]['uuid']}").body, 5, "in memory too")
            self.assertEqual(node.call("GET", f"/api/v1/decisions/{made[0]['uuid']}/replay").status, 410)
            self.assertTrue(node.good("GET", f"/api/v1/decisions/{made[1]['uuid']}/replay"))

    def test_a_node_that_starts_again_knows_everything(self):
        nodes = self.nodes(2)
        self.define(nodes)
        for i in range(50):
            nodes[i % 2].decide("recent", f"customer-{i % 7}", 2)
        until(lambda: nodes[0].arms("recent") == nodes[1].arms("recent"), 5, "the same was learned")
        before = nodes[0].arms("recent")
        for node in nodes:
            self.assertEqual(node.stop(), 0, node.said())
        for node in nodes:
            node.start()
            self.assertEqual(node.arms("recent"), before)

    def test_a_node_dies_and_the_database_is_away_under_load(self):
        nodes = self.nodes(3)
        self.define(nodes)

        def work():
            time.sleep(3)
            nodes[2].kill()
            time.sleep(2)
            self.database.stop()
            time.sleep(10)
            self.database.start()
            time.sleep(3)
            nodes[2].start()
            time.sleep(3)

        ledger = self.load(nodes, work)
        self.assertGreater(ledger[1], 20)
        self.agree(nodes, ledger)

    def test_nodes_go_on_alone_and_lose_nothing(self):
        nodes = self.nodes(3, "--on-store-loss", "spool")
        self.define(nodes)
        alone = []

        def work():
            time.sleep(3)
            self.database.stop()
            time.sleep(6)
            alone.append(nodes[0].decide("counts", "alone", 2))
            unknown = nodes[1].call("POST", "/response", {"uuid": alone[0]["uuid"], "offers_accepted": [
                {"offer_name": shown(alone[0])[1]}]})
            self.assertEqual(unknown.status, 202, unknown)
            nobodys = nodes[1].call("POST", "/response", {"uuid": "019a0000-0000-7000-8000-000000000000",
                                                          "offers_accepted": [{"offer_name": "offer-1"}]})
            self.assertEqual(nobodys.status, 202, nobodys)
            nodes[2].kill()
            time.sleep(4)
            self.database.start()
            time.sleep(3)
            nodes[2].start()
            time.sleep(3)

        ledger = self.load(nodes, work)
        self.agree(nodes, (ledger[0] + 2, ledger[1] + 1))
        metrics = nodes[1].call("GET", "/metrics").body.decode()
        self.assertIn("proffer_dead_letters_total 1", metrics)
        self.assertIn("proffer_spool_bytes 0", metrics)
