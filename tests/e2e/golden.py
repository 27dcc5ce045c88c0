"""A data directory written by each released format must be read for ever: copies tests/golden/data-*, starts on the copy
and compares what the API says with what it said when the directory was written.

    PROFFER_BINARY=build/release/proffer python3 tests/e2e/golden.py write tests/golden/data-3    makes a new one
"""

import json
import pathlib
import shutil
import sys
import tempfile

import server as proffer

GOLDEN = proffer.root / "tests" / "golden"
CAMPAIGNS = ("thompson", "greedy")


def without_server(document):
    """Which machine and program show a document is theirs to say, not the data's."""
    if isinstance(document, list):
        return [without_server(element) for element in document]
    if not isinstance(document, dict):
        return document
    return {k: without_server(v) for k, v in document.items() if k not in ("server", "runtime_version")}


def view(server):
    """All that must not change: campaigns, arms, decisions with their outcomes, documents of users."""
    moving = ("date_updated", "date_time")
    options = {name: [{k: v for k, v in option.items() if k not in moving}
                      for option in server.good("GET", f"/api/v1/campaigns/{name}/options")] for name in CAMPAIGNS}
    return {
        "campaigns": server.good("GET", "/campaigns"),
        "options": options,
        "contacts": without_server(list(server.decisions(view="contacts"))),
        "responses": without_server(list(server.decisions(view="responses"))),
        "flatten": list(server.decisions(view="flatten")),
        "customers": server.good("POST", "/api/v1/collections/shop/customers/find", {}),
    }


def fill(server):
    """Some of everything that is stored. Windows are off, so that the arms do not depend on the day."""
    learning = {"processing_window": 0, "decay_gamma": 1.5, "interaction_count": 3}
    server.good("POST", "/api/v1/collections/shop/customers/documents",
                [{"_id": f"{i}", "customer": f"c{i}", "age": 20 + i, "score": i / 4} for i in range(3)])
    lookups = [{"db": "shop", "table": "customers", "lookup": {"key": "customer", "value": ""}}]
    server.define("thompson", {"randomisation": {"approach": "binaryThompson", **learning}, "lookups": lookups},
                  [{"offer": "a"}, {"offer": "b", "price": 2.5}, {"offer": "ü/%", "alpha_zero": 2, "learning_reward": 3}])
    server.define("greedy", {"randomisation": {"approach": "epsilonGreedy", "epsilon": 0.2, "processing_window": 0}},
                  [{"offer": o, "contextual_variable_one": c} for o in ("x", "y") for c in ("gold", "")])
    for i in range(12):
        decision = server.decide("thompson", f"c{i % 3}", 2, params={"mab": {"epsilon": 0.1}, "note": "é"})
        if i % 4 == 0:
            server.respond(decision["uuid"], proffer.shown(decision)[0])
        server.decide("greedy", f"c{i % 5}", 1, params={"contextual_variable_one": "gold" if i % 2 else ""})
    server.good("POST", "/api/v1/campaigns/thompson/decisions",
                [{"customer_id": "old", "offer": "b", "datetime": "2019-11-24T00:03:13.442536Z", "accepted": 1, "rank": 2,
                  "slot_propensity": 0.25}])
    server.good("PUT", "/api/v1/campaigns/thompson/offers", [{"offer": "a"}, {"offer": "c"}])
    server.good("POST", "/learning")
    server.decide("thompson", "last", 3)


def write(directory):
    directory = pathlib.Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        server = proffer.Server(pathlib.Path(scratch) / "data")
        try:
            server.start()
            fill(server)
            (directory / "expected.json").write_text(json.dumps(view(server), indent=1, sort_keys=True) + "\n")
            server.stop()
            shutil.copy(server.data / "proffer.db", directory / "proffer.db")
        finally:
            server.end()


class EveryReleasedFormatIsRead(proffer.Case):
    def test_golden_directories_say_what_they_said(self):
        directories = sorted(GOLDEN.glob("data-*"))
        self.assertTrue(directories, "no golden directory")
        for golden in directories:
            with self.subTest(golden.name):
                data = self.directory / golden.name
                data.mkdir()
                shutil.copy(golden / "proffer.db", data / "proffer.db")
                server = self.server(data=golden.name)
                expected = json.loads((golden / "expected.json").read_text())
                seen = view(server)
                self.assertEqual({part: seen[part] for part in expected}, expected)
                server.decide("thompson", "new")  # and it goes on


if __name__ == "__main__" and sys.argv[1:2] == ["write"]:
    write(sys.argv[2])
