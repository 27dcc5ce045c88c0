"""What does a decision cost? POST /invocations for a campaign of 100 offers, 3 asked, logged and durable.

For each variant: requests and server CPU a request at 1, 16 and 64 connections (wrk), latency at half of the rate reached
with 64 connections (open loop, counted from planned send times), memory, bytes on disk, commits a second. nginx answers
the same POST with a constant body of the same size in the same run, and the disk's own fdatasync is timed.
Every figure is one JSON line.
"""

import argparse
import http.client
import json
import os
import pathlib
import re
import subprocess
import time

import measure

BODY = json.dumps({"campaign": "bench", "subcampaign": "none", "customer": "c{customer}", "channel": "app",
                   "numberoffers": "3", "userid": "bench", "params": "{}"}, separators=(",", ":"))

VARIANTS = [
    {"durability": "fsync", "propensities": True, "offers": 100},
    {"durability": "os", "propensities": True, "offers": 100},
    {"durability": "fsync", "propensities": False, "offers": 100},
    {"durability": "os", "propensities": False, "offers": 100},
    {"durability": "fsync", "propensities": True, "offers": 10_000},
]
QUICK_VARIANTS = VARIANTS[:2]


def parse_options():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--quick", action="store_true", help="two variants, one second a figure: under 30 s")
    options.add_argument("--build", default="release", help="directory under build/")
    options.add_argument("--data-parent", help="where the data directories are made (default: the build directory)")
    return options.parse_args()


class Server:
    """proffer serve on a fresh data directory, with the campaign `bench` in it."""

    def __init__(self, binary, directory, variant):
        self.port = measure.free_port()
        self.data = pathlib.Path(directory) / "data"
        command = [str(binary), "serve", "--data", str(self.data), "--listen", f"127.0.0.1:{self.port}"]
        if variant["durability"] != "fsync":
            command += ["--durability", variant["durability"]]
        self.process = measure.Process(command, f"{directory}/server.log")
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            self.await_ready(" ".join(command))
            self.make_campaign(variant)
        except BaseException:
            self.process.stop()
            raise

    def await_ready(self, command):
        end = time.monotonic() + 10
        while time.monotonic() < end and self.process.popen.poll() is None:
            try:
                if self.ask("GET", "/ready")[0] == 200:
                    return
            except (OSError, http.client.HTTPException):
                self.connection.close()
            time.sleep(0.02)
        measure.fail(f"`{command}` does not answer GET /ready with 200 after 10 s; it said:\n{self.process.said()[-2000:]}")

    def ask(self, method, path, body=None):
        headers = {"Content-Type": "application/json"} if body is not None else {}
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        return answer.status, answer.read()

    def must(self, method, path, body=None):
        status, answer = self.ask(method, path, body)
        if status // 100 != 2:
            measure.fail(f"{method} {path} was answered {status}: {answer[:500].decode(errors='replace')}")
        return answer

    def make_campaign(self, variant):
        campaign = {"randomisation": {"approach": "binaryThompson"}}
        if not variant["propensities"]:
            campaign["propensities"] = False
        self.must("PUT", "/api/v1/campaigns/bench", json.dumps(campaign))
        offers = [{"offer": f"o{i}"} for i in range(1, variant["offers"] + 1)]
        self.must("PUT", "/api/v1/campaigns/bench/offers", json.dumps(offers))

    def warm(self, decisions):
        """Decisions, and an outcome for every third one, so that arms differ. Returns the size of an answer."""
        size = 0
        for i in range(decisions):
            answer = self.must("POST", "/invocations", BODY.replace("{customer}", str(i)))
            size = len(answer)
            decision = json.loads(answer)
            shown = first_offer(decision)
            if not shown or "uuid" not in decision:
                measure.fail(f"an answer holds no uuid or no offer: {answer[:500].decode(errors='replace')}")
            if i % 3 == 0:
                outcome = {"uuid": decision["uuid"], "offers_accepted": [{"offer_name": shown}], "channel_name": "app"}
                self.must("POST", "/response", json.dumps(outcome))
        return size

    def metric(self, name):
        found = re.search(rf"^{name}(?:{{[^}}]*}})? ([0-9.e+]+)$", self.must("GET", "/metrics").decode(), re.MULTILINE)
        return float(found[1]) if found else None

    def bytes_on_disk(self):
        return sum(path.stat().st_size for path in self.data.rglob("*") if path.is_file())


def first_offer(value):
    """The name of the first ranked offer of an answer."""
    if isinstance(value, dict):
        if isinstance(value.get("offer_name"), str):
            return value["offer_name"]
        value = list(value.values())
    if isinstance(value, list):
        return next(filter(None, map(first_offer, value)), None)
    return None


def open_loop(binary, port, rate, seconds):
    command = [str(binary), "--address", f"127.0.0.1:{port}", "--path", "/invocations", "--body", BODY,
               "--rate", str(rate), "--seconds", str(seconds)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 30)
    if done.returncode != 0:
        measure.fail(f"the open-loop generator failed: {done.stderr}")
    return json.loads(done.stdout)


def probe_disk(directory, seconds):
    """fdatasync after appending 4 KiB to a file, as a commit of a log does."""
    times = []
    path = pathlib.Path(directory) / "probe"
    file = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    try:
        end = time.monotonic() + seconds
        while time.monotonic() < end or len(times) < 10:
            os.write(file, b"x" * 4096)
            begin = time.perf_counter()
            os.fdatasync(file)
            times.append(time.perf_counter() - begin)
    finally:
        os.close(file)
        path.unlink()
    times.sort()
    at = lambda p: round(times[min(int(p * len(times)), len(times) - 1)] * 1e3, 4)
    return {"p50_ms": at(0.5), "p99_ms": at(0.99), "count": len(times)}


def measure_nginx(directory, answer_bytes, seconds):
    nginx, port = measure.start_nginx(directory, answer_bytes)
    for connections in (1, 16, 64):
        figures = measure.run_wrk(nginx, port, connections, seconds, "/invocations", BODY, directory)
        measure.print_line(bench="decisions", server="nginx", figure="throughput", answer_bytes=answer_bytes, **figures)
    return nginx, port


def measure_throughput(server, variant, seconds, directory):
    """Returns the rate reached with 64 connections."""
    rate = 0
    for connections in (1, 16, 64):
        commits, decisions = server.metric("proffer_log_commits_total"), server.metric("proffer_decisions_total")
        on_disk, begin = server.bytes_on_disk(), time.monotonic()
        figures = measure.run_wrk(server.process, server.port, connections, seconds, "/invocations", BODY, directory)
        taken = time.monotonic() - begin
        rate = figures["requests_per_second"]
        grown = server.bytes_on_disk() - on_disk
        commits_now, decisions_now = server.metric("proffer_log_commits_total"), server.metric("proffer_decisions_total")
        made = figures["requests"] if decisions is None else decisions_now - decisions
        syncs = None if commits is None else round((commits_now - commits) / taken)
        measure.print_line(bench="decisions", server="proffer", figure="throughput", **variant, **figures,
                           bytes_per_decision_on_disk=round(grown / max(made, 1)),
                           commits_per_second=syncs,
                           fsyncs_per_second=syncs if variant["durability"] == "fsync" else 0)
    return rate


def measure_variant(binaries, variant, seconds, nginx, parent):
    with measure.temporary_directory(parent) as directory:
        server = Server(binaries["proffer"], directory, variant)
        try:
            time.sleep(0.2)
            at_rest = server.process.rss_mib()
            answer_bytes = server.warm(60 if seconds <= 1 else 300)
            if nginx["process"] is None:
                nginx["process"], nginx["port"] = measure_nginx(nginx["directory"], answer_bytes, seconds)
            rate = max(1, measure_throughput(server, variant, seconds, directory) // 2)
            ours = open_loop(binaries["open_loop"], server.port, rate, seconds)
            theirs = open_loop(binaries["open_loop"], nginx["port"], rate, seconds)
            measure.print_line(bench="decisions", server="proffer", figure="latency", **variant, **ours)
            measure.print_line(bench="decisions", server="nginx", figure="latency", **theirs)
            measure.print_line(bench="decisions", server="proffer", figure="memory", **variant, rss_at_rest_mib=at_rest,
                               rss_after_mib=server.process.rss_mib(), answer_bytes=answer_bytes)
        finally:
            server.process.stop()


def main():
    options = parse_options()
    build = measure.ROOT / "build" / options.build
    binaries = {"proffer": build / "proffer", "open_loop": build / "bench" / "bench_open_loop"}
    for binary in binaries.values():
        if not binary.exists():
            measure.fail(f"{binary} is not built: cmake --build --preset release")
    seconds = 1 if options.quick else 4
    parent = options.data_parent or str(build)
    with measure.temporary_directory(parent) as directory:
        nginx = {"process": None, "port": None, "directory": directory}
        try:
            measure.print_line(bench="decisions", server="disk", figure="fdatasync", **probe_disk(directory, seconds / 2))
            for variant in QUICK_VARIANTS if options.quick else VARIANTS:
                measure_variant(binaries, variant, seconds, nginx, parent)
        finally:
            if nginx["process"]:
                nginx["process"].stop()


if __name__ == "__main__":
    main()
