"""The same load on the embedded store and on a MongoDB that nodes share: durable decisions a second, bytes a decision, and
how soon another node sees an outcome.

The MongoDB is the test server of script/components, so its own rate of batch inserts, in the same run, is what ours is
compared with: documents of the size that a decision takes, in batches of 256. Every figure is one JSON line.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import time

import decisions
import measure

sys.path.insert(0, str(measure.ROOT / "tests" / "components"))
from component import Component  # noqa: E402

CAMPAIGN = {"randomisation": {"approach": "binaryThompson"}}
OFFERS = [{"offer": f"o{i}"} for i in range(1, 101)]


def parse_options():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--quick", action="store_true", help="two seconds a figure, 50 outcomes")
    options.add_argument("--build", default="release", help="directory under build/")
    return options.parse_args()


class Node(decisions.Server):
    """proffer serve with a store, on a fresh data directory."""

    def __init__(self, binary, directory, name, *arguments):
        self.port = measure.free_port()
        self.data = pathlib.Path(directory) / name
        command = [str(binary), "serve", "--data", str(self.data), "--listen", f"127.0.0.1:{self.port}", *arguments]
        self.process = measure.Process(command, f"{directory}/{name}.log")
        self.connection = decisions.http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            self.await_ready(name)
        except BaseException:
            self.process.stop()
            raise

    def define(self):
        self.must("PUT", "/api/v1/campaigns/bench", json.dumps(CAMPAIGN))
        self.must("PUT", "/api/v1/campaigns/bench/offers", json.dumps(OFFERS))

    def decide(self):
        return json.loads(self.must("POST", "/invocations", decisions.BODY.replace("{customer}", "seen")))

    def accept(self, decision):
        outcome = {"uuid": decision["uuid"], "offers_accepted": [{"offer_name": decisions.first_offer(decision)}]}
        self.must("POST", "/response", json.dumps(outcome))

    def accepted(self):
        options = json.loads(self.must("GET", "/api/v1/campaigns/bench/options"))
        return round(sum(option["alpha"] - option["alpha_zero"] for option in options))


def throughput(store, node, seconds, directory):
    """Decisions a second that were committed, at 64 connections."""
    node.warm(50)
    before = node.metric("proffer_decisions_total"), node.metric("proffer_store_bytes")
    figures = measure.run_wrk(node.process, node.port, 64, seconds, "/invocations", decisions.BODY, directory)
    time.sleep(3 if store == "mongodb" else 0.5)  # its size is told every other second
    made = node.metric("proffer_decisions_total") - before[0]
    size = (node.metric("proffer_store_bytes") - before[1]) / max(made, 1)
    measure.print_line(bench="stores", store=store, figure="throughput", bytes_per_decision=round(size), **figures)
    return figures["requests_per_second"], round(size)


def inserts(binary, address, size, batch, seconds):
    done = subprocess.run([str(binary), address, str(size), str(batch), str(seconds)], capture_output=True, text=True,
                          timeout=seconds + 60, check=False)
    if done.returncode != 0:
        measure.fail(f"the inserts failed: {done.stderr}")
    figures = json.loads(done.stdout)
    measure.print_line(bench="stores", store="mongodb", figure="batch_inserts", **figures)
    return figures["documents_per_second"]


def visibility(nodes, count):
    """Milliseconds from an answered outcome on one node until both others count it."""
    times = []
    for i in range(count):
        own, others = nodes[i % 3], [nodes[(i + 1) % 3], nodes[(i + 2) % 3]]
        expected = own.accepted() + 1
        own.accept(own.decide())
        begin = time.perf_counter()
        while not all(other.accepted() >= expected for other in others):
            time.sleep(0.002)
            if time.perf_counter() - begin > 10:
                measure.fail("an outcome is not seen by the other nodes after 10 s")
        times.append((time.perf_counter() - begin) * 1e3)
    times.sort()
    measure.print_line(bench="stores", store="mongodb", figure="outcome_to_visible", nodes=3, outcomes=count,
                       p50_ms=round(times[len(times) // 2], 1), p99_ms=round(times[int(len(times) * 0.99)], 1),
                       max_ms=round(times[-1], 1))


def main():
    options = parse_options()
    build = measure.ROOT / "build" / options.build
    binary, seconds = build / "proffer", 2 if options.quick else 10
    with measure.temporary_directory(None) as directory, Component("mongo") as mongo:
        node = Node(binary, directory, "embedded")
        try:
            node.define()
            throughput("sqlite", node, seconds, directory)
        finally:
            node.process.stop()
        nodes = []
        try:
            for i in range(3):
                nodes.append(Node(binary, directory, f"node-{i + 1}", "--store", mongo.address))
            nodes[0].define()
            time.sleep(1)
            visibility(nodes, 50 if options.quick else 300)
            while len(nodes) > 1:  # what one node does, as the server does for one client
                nodes.pop().process.stop()
            rate, size = throughput("mongodb", nodes[0], seconds, directory)
        finally:
            for node in nodes:
                node.process.stop()
        taken = inserts(build / "bench" / "bench_mongo_inserts", mongo.address, size, 256, seconds)
        measure.print_line(bench="stores", figure="mongodb_to_batch_inserts", ratio=round(rate / taken, 2), aim=0.7)


if __name__ == "__main__":
    main()
