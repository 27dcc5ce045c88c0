#!/usr/bin/env python3
"""Proffer on the real log of a fashion shop: five days of history, then two days of live traffic over HTTP.

usage: demo.py [--binary FILE] [--visitors N] [--keep] [--figures FILE]
"""

import argparse
import collections
import json
import queue
import signal
import sys
import threading
import time

import log
import screen
from program import Program, Refused

campaign = "men"
campaign_path = f"/api/v1/campaigns/{campaign}"
rows_a_call = 10_000
clients = 8

# The data are from 2019: no window, no newest-so-many. With 1 for a click and 1 for none, an arm is the Beta posterior of
# its click rate.
definition = {"description": "Open Bandit Dataset, men's campaign",
              "randomisation": {"approach": "binaryThompson", "processing_window": 0, "processing_count": 0,
                                "success_reward": 1, "fail_reward": 1}}


def arguments():
    parser = argparse.ArgumentParser(description="Proffer on the real log of a fashion shop")
    parser.add_argument("--binary", default=str(log.here.parents[1] / "build/release/proffer"), help="the program")
    parser.add_argument("--visitors", type=int, default=0, metavar="N", help="live visitors; default: all of two days")
    parser.add_argument("--keep", action="store_true", help="serve on until Ctrl-C, also without a terminal")
    parser.add_argument("--figures", metavar="FILE", help="write the figures as JSON")
    return parser.parse_args()


def arms_of(program):
    return {option["optionKey"]: option for option in program.call("GET", f"{campaign_path}/options")}


def take_up(arm):
    return arm["alpha"] / (arm["alpha"] + arm["beta"])


def set_up(program, items):
    program.call("PUT", campaign_path, definition)
    program.call("PUT", f"{campaign_path}/offers", [{"offer": item} for item in items])
    screen.step("Campaign", f"'{campaign}': Thompson sampling over {len(items)} items, each of them new to it")


def import_history(program, history):
    began = time.monotonic()
    imported = clicks = 0
    for start in range(0, len(history), rows_a_call):
        lines = "\n".join(json.dumps(row.as_exposure()) for row in history[start:start + rows_a_call])
        answer = program.call("POST", f"{campaign_path}/decisions", lines.encode(), "application/x-ndjson")
        imported += answer["decisions"]
        clicks += answer["outcomes"]
    seconds = time.monotonic() - began
    days = f"{history[0].time:%-d} to {history[-1].time:%-d %B %Y}"
    screen.step("History", f"{imported:,} logged decisions of {days} imported in {seconds:.1f} s; {clicks} were clicked")
    screen.more("each with its own date and the probability with which the shop's policy chose it")
    return {"imported": imported, "clicks": clicks, "seconds": seconds}


def show_arms(arms):
    ranked = sorted(arms.values(), key=take_up, reverse=True)
    row = lambda arm: ("item " + arm["optionKey"], f"{arm['contacts']:,}", str(arm["accepted"]),
                       screen.percent(take_up(arm)), f"{arm['alpha']:g}", f"{arm['beta']:,g}")
    screen.step("Learned", "the five best items and the three worst, as the next decision sees them")
    screen.table(("", "shown", "clicked", "take-up", "alpha", "beta"),
                 [*map(row, ranked[:5]), None, *map(row, ranked[-3:])])


class Traffic:
    """Asks for each visitor in turn, and answers for the visitor where the log knows what happened."""

    def __init__(self, program, visitors, outcomes):
        self._program = program
        self._visitors = queue.SimpleQueue()
        for visitor in visitors:
            self._visitors.put(visitor)
        self._outcomes = outcomes
        self._progress = screen.Progress(len(visitors))
        self._lock = threading.Lock()
        self._failure = None
        self.shown = collections.Counter()
        self.matched = 0
        self.clicked = 0
        self.last = None  # uuid of a decision
        self.seconds = 0.0

    def run(self):
        began = time.monotonic()
        threads = [threading.Thread(target=self._client, daemon=True) for _ in range(clients)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.seconds = time.monotonic() - began
        if self._failure is not None:
            raise self._failure

    def _client(self):
        try:
            while self._failure is None:
                self._serve(self._visitors.get_nowait())
        except queue.Empty:
            pass
        except Exception as failure:
            self._failure = failure

    def _serve(self, visitor):
        decision = self._program.call("POST", "/invocations", {
            "campaign": campaign, "customer": visitor.visitor, "channel": "web", "numberoffers": 1,
            "in_param": visitor.features})
        item = decision["final_result"][0]["result"]["offer"]
        row = self._outcomes.take(visitor, item)
        if row is not None and row.clicked:
            self._program.call("POST", "/response", {
                "uuid": decision["uuid"], "offers_accepted": [{"offer_name": item}], "channel_name": "web"})
        with self._lock:
            self.shown[item] += 1
            self.last = decision["uuid"]
            self.matched += row is not None
            self.clicked += row is not None and row.clicked
        self._progress.advance()


def send_live(program, live, count):
    visitors = live[:count] if count else live
    days = f"{live[0].time:%-d} and {live[-1].time:%-d %B}"
    screen.step("Live", f"the visitors of {days}, whom Proffer has not seen, eight at a time over HTTP")
    traffic = Traffic(program, visitors, log.Outcomes(live))
    traffic.run()
    return traffic


def rate_line(name, hits, trials):
    low, high = screen.wilson(hits, trials)
    return (name, f"{hits:,}", f"{trials:,}", screen.percent(hits / max(trials, 1)),
            f"{screen.percent(low)} to {screen.percent(high)}")


def show_rates(traffic, live):
    rows = [rate_line("Proffer, matched", traffic.clicked, traffic.matched)]
    for policy, name in (("bts", "shop, Thompson sampling"), ("random", "shop, uniformly random")):
        logged = [row for row in live if row.policy == policy]
        rows.append(rate_line(name, sum(row.clicked for row in logged), len(logged)))
    asked = sum(traffic.shown.values())
    screen.more()
    screen.more(f"{asked:,} decisions, {asked / traffic.seconds:,.0f} a second (this client is the limit), each committed to disk")
    screen.more(f"{traffic.matched:,} of them match an unused row of the log: same item, same kind of visitor. Only those count.")
    screen.table(("", "clicks", "of", "click rate", "95 % interval"), rows)
    low, high = screen.wilson(traffic.clicked, traffic.matched)
    uniform = sum(row.clicked for row in live if row.policy == "random") / sum(row.policy == "random" for row in live)
    if low <= uniform <= high:
        screen.more("So few clicks cannot tell these policies apart yet; the intervals say so.")


def show_changes(before, after, traffic):
    asked = sum(traffic.shown.values())
    row = lambda item: ("item " + item, f"{traffic.shown[item]:,}", screen.percent(traffic.shown[item] / asked),
                        f"{before[item]['contacts']:,} → {after[item]['contacts']:,}",
                        f"{before[item]['accepted']} → {after[item]['accepted']}",
                        f"{screen.percent(take_up(before[item]))} → {screen.percent(take_up(after[item]))}")
    order = [item for item, _ in traffic.shown.most_common()] + [item for item in after if item not in traffic.shown]
    screen.step("Changed", f"the items shown most and least in these two days; uniform would be {screen.percent(1 / len(after))}")
    screen.table(("", "live", "share", "shown", "clicked", "take-up"), [*map(row, order[:5]), None, *map(row, order[-2:])])


def verify_replay(program, uuid):
    replayed = json.loads(program.run("replay", uuid))
    if not replayed["reproduced"]:
        raise Refused(f"decision {uuid} was not reproduced: {replayed['differences']}")
    shown = replayed["replayed"][0]
    screen.step("Replay", f"decision {uuid}")
    screen.more(f"made again: item {shown['offer']}, score {shown['score']}, chosen with probability {shown['slot_propensity']:.4f}:")
    screen.more(screen.green("identical to what was answered, bit for bit"))
    screen.more()
    return replayed["reproduced"]


def say_what_next(program, visitor):
    body = json.dumps({"campaign": campaign, "customer": visitor.visitor, "numberoffers": 3, "in_param": visitor.features})
    screen.step("Try next", "")
    print(f"\n  curl -s {program.url}/invocations -H 'Content-Type: application/json' \\\n    -d '{body}'\n")
    print(f"  {screen.dim('the API in a browser:')}  {program.url}/docs")
    print(f"  {screen.dim('the learned arms:')}      curl -s {program.url}{campaign_path}/options")
    print(f"  {screen.dim('any decision, again:')}   {program.binary} replay UUID --data {program.data}\n", flush=True)


def wait_for_the_user(program, keep):
    try:
        if sys.stdin.isatty():
            input(screen.bold("The server is running. Enter stops it and removes its data. "))
        elif keep:
            print("The server is running until this is interrupted.", flush=True)
            while not program.ended():
                time.sleep(0.2)
        else:
            print("The server stops now; script/demo --keep, or a terminal, leaves it running for these lines.", flush=True)
    except (KeyboardInterrupt, EOFError):
        print()


def write_figures(path, history, traffic, reproduced, program):
    if path:
        with open(path, "w") as file:
            json.dump({"history": history, "decisions": sum(traffic.shown.values()), "matched": traffic.matched,
                       "clicked": traffic.clicked, "seconds": traffic.seconds, "reproduced": reproduced,
                       "seconds_to_ready": program.seconds_to_ready}, file)


def run(given):
    history, live = log.split(log.read())
    screen.title("Proffer: which of 34 items to show to a shop's next visitor")
    with Program(given.binary) as program:
        screen.step("Server", f"ready on {program.url} after {1000 * program.seconds_to_ready:.0f} ms, its data in {program.data}")
        set_up(program, log.items(history))
        imported = import_history(program, history)
        before = arms_of(program)
        show_arms(before)
        traffic = send_live(program, live, given.visitors)
        show_rates(traffic, live)
        show_changes(before, arms_of(program), traffic)
        reproduced = verify_replay(program, traffic.last)
        write_figures(given.figures, imported, traffic, reproduced, program)
        say_what_next(program, live[0])
        wait_for_the_user(program, given.keep)


def main():
    given = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # unwinds, so that the server is stopped
    try:
        run(given)
    except KeyboardInterrupt:
        sys.exit(130)
    except (Refused, OSError) as failure:
        sys.exit(f"demo: {failure}")


if __name__ == "__main__":
    main()
