"""Spend personality from a table of transactions to answers: the published customer, by the published calls."""

import csv
import io
import json
import pathlib
import random
import re
import subprocess
import unittest

from server import Case, run, shown

here = pathlib.Path(__file__).resolve().parent
golden = here.parent / "golden" / "original"

# One code of each pair of labels, and one without, as often as the published numbers say.
published = {"4111": 953, "5541": 310, "8398": 253, "5311": 180, "7512": 323, "6011": 644}
shares = {"Industrious": 0.4742771310552009, "Intentional": 0.09500563274502441, "Enthusiastic": 0.06759294029290275,
          "Experiential": 0.12129177619226436, "Extrovert": 0.5204656402553511, "Introvert": 0.2377018400300413}


def transactions(customer, counts, seed=1):
    """A table with the columns of a card issuer's export, in no order; codes have lost their leading zeros."""
    codes = [code for code, count in counts.items() for _ in range(count)]
    random.Random(seed).shuffle(codes)
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(["_id", "client_id", "card_id", "amount", "use_chip", "mcc"])
    for i, code in enumerate(codes):
        table.writerow([f"{customer}-{i}", customer, 7, f"${i % 90 + 1}.50", "Swipe Transaction", code])
    return out.getvalue().encode()


class Personality(Case):
    def setUp(self):
        super().setUp()
        self.target = self.server()

    def load(self, table):
        self.target.good("POST", "/api/v1/collections/master/bank_transactions/documents", table,
                         {"Content-Type": "text/csv"})

    def compute(self, *more):
        done = run("personality", "compute", "--data", self.target.data, "--source", "master.bank_transactions",
                   "--target", "master/personalities", *more)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def row(self, customer):
        found = self.target.good("POST", "/api/v1/collections/master/personalities/find", {"filter": {"_id": customer}})
        return found["documents"][0] if found["documents"] else None

    def campaign(self, name):
        self.target.good("PUT", f"/api/v1/campaigns/{name}",
                         {"kind": "spend_personality", "personalities": {"db": "master", "table": "personalities"}})

    def curl(self, name, uuid=None):
        """Runs a line of the documentation, as it stands but for host, port and uuid."""
        line = re.sub(r"http://(ecosystem-runtime|localhost):8091", self.target.url, (here / "seeds" / name).read_text())
        line = line if uuid is None else re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", uuid, line)
        done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, timeout=30, check=True)
        return json.loads(done.stdout)

    def test_the_published_customer_from_a_table_to_the_answer(self):
        self.load(transactions("1234", published))
        summary = self.compute()
        self.assertEqual((summary["transactions"], summary["customers"]), (2663, 1))
        row = self.row("1234")
        self.assertEqual({name: row[name] for name in shares}, shares)
        self.assertEqual((row["personality"], row["trait"], row["count"]), ("Industrious", "Extrovert", 2663))

        self.campaign("spending_personality")
        answer = self.curl("invocations.sh")
        expected = json.loads((golden / "personality_answer.json").read_text())["final_result"][0]["result"]
        result = answer["final_result"][0]["result"]
        self.assertEqual({name: value for name, value in result.items() if name not in ("slot_propensity", "slate_propensity")},
                         {**expected, "uuid": answer["uuid"]})
        self.assertEqual(answer["final_result"][0]["result_full"]["offer_details"], {"0": 0, "1": 1})

        flat = self.target.good("POST", "/invocations", {"campaign": "spending_personality", "customer": "1234",
                                                         "in_param": {"flatten_json": True}})
        expected = json.loads((golden / "personality_flattened_answer.json").read_text())
        moving = {name for name in expected if name.endswith("uuid") or name in ("datetime", "id")}
        self.assertEqual({name: flat[name] for name in expected if name not in moving},
                         {name: value for name, value in expected.items() if name not in moving})
        ours = {f"final_result_0_result_{kind}_propensity" for kind in ("slot", "slate")}
        self.assertEqual(set(flat) - set(expected), ours | {"propensity_method", "propensity_draws"})

    def test_responses_in_every_form_count_and_replay(self):
        self.load(transactions("1234", published))
        self.compute()
        self.campaign("spending_personality")
        for accepted in ([{"offer_name": "Industrious"}], ["Industrious"]):
            uuid = self.target.decide("spending_personality", "1234")["uuid"]
            told = self.target.good("POST", "/response", {"uuid": uuid, "offers_accepted": accepted, "channel": "chatgpt"})
            self.assertEqual([one["offer"] for one in told["final_result"]], ["Industrious"])
        whole = self.target.decide("spending_personality", "1234")
        self.assertEqual(self.target.good("POST", "/response", whole)["message"], "Success")
        arms = {arm["optionKey"]: (arm["contacts"], arm["accepted"]) for arm in self.target.arms("spending_personality")}
        self.assertEqual(arms, {"Industrious": (3, 3), "Intentional": (0, 0), "Experiential": (0, 0), "Enthusiastic": (0, 0)})

        # Another computation, and a restart, change what comes and not what was.
        self.load(transactions("1234", {"5812": 3000}, seed=2))
        self.compute()
        self.target.stop()
        self.target.start()
        self.assertEqual(shown(self.target.decide("spending_personality", "1234")), ["Experiential"])
        self.assertTrue(self.target.good("GET", f"/api/v1/decisions/{whole['uuid']}/replay")["reproduced"])

    def test_a_table_of_codes_of_ones_own(self):
        self.load(transactions("9", {"5541": 10, "742": 4}))
        self.compute()
        self.assertEqual(self.row("9")["item"], "Industrious_Introvert")
        labels = run("personality", "labels", "--data", self.target.data).stdout
        self.assertIn("\n0742,", labels)
        mine = self.file("labels.csv", re.sub(r"(?m)^(5541,.*),\w+,\w+$", r"\1,Enthusiastic,Extrovert", labels))
        self.compute("--mcc-labels", str(mine))
        self.assertEqual(self.row("9")["item"], "Enthusiastic_Extrovert")
        self.assertEqual(self.row("9")["Intentional"], 4 / 14)

    def test_a_computation_that_cannot_be_is_refused_in_one_line(self):
        self.load(transactions("9", {"5541": 10}))
        self.assertRefusedInOneLine(run("personality", "compute", "--data", self.target.data, "--source", "master",
                                        "--target", "master.personalities"), "--source", "DATABASE.NAME")
        self.assertRefusedInOneLine(run("personality", "compute", "--data", self.target.data, "--source",
                                        "master.bank_transactions", "--target", "master.bank_transactions"), "body.target")


if __name__ == "__main__":
    unittest.main()
