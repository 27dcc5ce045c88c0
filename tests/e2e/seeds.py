"""The examples of the original runtime's documentation, run by curl as they stand but for host, port and uuids."""

import json
import pathlib
import re
import subprocess
import unittest

from server import Case, shown

seeds = pathlib.Path(__file__).resolve().parent / "seeds"
smallest = {"randomisation": {"approach": "binaryThompson"}}
traits = ["Industrious", "Extrovert", "Introvert", "Enthusiastic", "Intentional", "Experiential"]
result_types = {"offer": str, "score": (int, float), "final_score": (int, float), "cost": (int, float), "price": (int, float),
                "offer_value": (int, float), "uuid": str, "arm_reward": (int, float),
                "modified_offer_score": (int, float), "offer_name": str}
in_param = {"airtime_balance": 200, "airtime_advance_limit": 30, "api_payment_method": "p"}


class Seeds(Case):
    def setUp(self):
        super().setUp()
        self.target = self.server("--any-campaign", "spending_personality")
        self.target.define("spending_personality", smallest, [{"offer": trait} for trait in traits])

    def curl(self, name, uuid=None):
        """Runs a line of the documentation."""
        line = re.sub(r"http://(ecosystem-runtime|localhost):8091", self.target.url, (seeds / name).read_text())
        return self.ran(["bash", "-c", line if uuid is None else re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", uuid, line)])

    def post(self, path, body):
        """Sends a payload of the documentation, which has no curl line of its own."""
        return self.ran(["curl", "-X", "POST", self.target.url + path, "-H", "Content-Type: application/json", "-d", body])

    def ran(self, command):
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
        return json.loads(done.stdout)

    def assertDecision(self, answer, count, identity, parameters):
        """The shape of the standard return."""
        self.assertEqual(list(answer)[:7], ["cache", "datetime", "explore", "final_result", "id", "uuid", "in_params"])
        self.assertEqual((answer["cache"], answer["explore"], answer["id"]), (0, 0, identity))
        self.assertRegex(answer["datetime"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$")
        self.assertEqual(answer["in_params"], parameters)
        self.assertEqual([one["rank"] for one in answer["final_result"]], list(range(1, count + 1)))
        for one in answer["final_result"]:
            self.assertEqual(list(one), ["result", "result_full", "rank"])
            for name, kind in result_types.items():
                self.assertIsInstance(one["result"][name], kind, name)
                self.assertEqual(one["result"][name], one["result_full"][name])
            self.assertEqual(one["result"]["uuid"], answer["uuid"])

    def test_invocations(self):
        answer = self.curl("invocations.sh")
        self.assertDecision(answer, 1, "spending_personality", {})
        self.assertIn(shown(answer)[0], traits)
        logged = self.target.good("GET", f"/api/v1/decisions/{answer['uuid']}")["decision"]["api_params"]
        sent = {"campaign": "spending_personality", "subcampaign": "openai", "channel": "chatgpt", "customer": "1234",
                "userid": "openai", "resultcount": 1}
        self.assertEqual({name: logged[name] for name in sent}, sent)

    def test_invocations_with_in_param(self):
        answer = self.post("/invocations", (seeds / "invocations_in_param.json").read_text())
        self.assertDecision(answer, 1, "spending_personality", in_param)

    def test_invocations_with_flatten_json(self):
        body = {**json.loads((seeds / "invocations_in_param.json").read_text()), "in_param": {"flatten_json": True}}
        answer = self.post("/invocations", json.dumps(body))
        self.assertEqual(answer["in_params_flatten_json"], True)
        self.assertEqual((answer["cache"], answer["explore"], answer["id"]), (0, 0, "spending_personality"))
        for part in ("result", "result_full"):
            for name, kind in result_types.items():
                self.assertIsInstance(answer[f"final_result_0_{part}_{name}"], kind)
        self.assertEqual(answer["final_result_0_rank"], 1)
        self.assertFalse([value for value in answer.values() if isinstance(value, (dict, list))], "nothing is nested")
        accepted = self.post("/response", json.dumps(answer))
        self.assertEqual([one["offer"] for one in accepted["final_result"]], [answer["final_result_0_result_offer"]])

    def test_invocations_with_encoded_params_to_a_campaign_that_this_runtime_does_not_know_by_name(self):
        answer = self.post("/invocations", (seeds / "invocations_encoded_params.json").read_text())
        self.assertDecision(answer, 3, answer["id"], in_param)

    def test_response_to_some_offers(self):
        self.target.define("offers", smallest, [{"offer": "OFFER_A"}, {"offer": "OFFER_B"}])
        decision = self.target.decide("offers", count=2)
        answer = self.curl("response_accepted.sh", decision["uuid"])
        self.assertEqual(answer["message"], "Success")
        self.assertEqual([one["offer"] for one in answer["final_result"]], ["OFFER_A"])
        self.assertEqual({arm["optionKey"]: arm["accepted"] for arm in self.target.arms("offers")}, {"OFFER_A": 1, "OFFER_B": 0})

    def test_response_to_the_whole_answer(self):
        self.target.define("offer_recommend_dynamic", smallest, [{"offer": "Rewards Booster"}])
        decision = self.target.decide("offer_recommend_dynamic")
        answer = self.curl("response_whole.sh", decision["uuid"])
        self.assertEqual(answer["message"], "Success")
        self.assertEqual([one["offer"] for one in answer["final_result"]], ["Rewards Booster"])
        self.assertEqual(self.target.arms("offer_recommend_dynamic")[0]["accepted"], 1)

    def test_response_to_a_uuid_that_is_not_known(self):
        answer = self.curl("response_accepted.sh")
        self.assertEqual((answer["ErrorMessage"], answer["error"]), ("Error: UUID not found.", 1))

    def test_refresh(self):
        before = self.target.arms("spending_personality")
        self.assertEqual(self.curl("refresh.sh")["message"], "Success")
        self.assertEqual(self.target.arms("spending_personality"), before)


if __name__ == "__main__":
    unittest.main()
