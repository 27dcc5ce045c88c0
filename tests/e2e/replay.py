"""`proffer replay` reproduces decisions whatever happened since."""

import json
import os
import random
import time
import unittest

import server
from server import Case, shown

offers = [{"offer": f"offer-{i}", "price": 1 + i % 4} for i in range(12)]
forever = {"processing_window": 0, "processing_count": 0}
campaigns = {
    "thompson": {"randomisation": {"approach": "binaryThompson", **forever}},
    "greedy": {"randomisation": {"approach": "epsilonGreedy", "epsilon": 0.4, **forever}},
    "exploring": {"randomisation": {"approach": "binaryThompson", "epsilon": 0.2, **forever}, "deployment_epsilon": 0.3},
    "recent": {"randomisation": {"approach": "binaryThompson", "processing_count": 20, "interaction_count": 2, "decay_gamma": 1.3}},
    "rewards": {"randomisation": {"approach": "binaryThompson", "success_reward": 3, "fail_reward": 0.5, **forever}},
    "plain": {"randomisation": {"approach": "binaryThompson", **forever}, "propensities": False},
    "contexts": {"randomisation": {"approach": "binaryThompson", **forever},
                 "contextual_variables": {"contextual_variable_one_name": "segment", "contextual_variable_one_values": ["x", "y"]}},
}


class Replay(Case):
    def setUp(self):
        super().setUp()
        self.seed = int(os.environ.get("SEED", time.time()))
        self.report(f"SEED={self.seed}")
        self.chance = random.Random(self.seed)
        self.target = self.server()
        self.answers = {}

    def define(self):
        for name, document in campaigns.items():
            rows = offers if name != "contexts" else [{**o, "segment": s} for o in offers for s in ("x", "y", "")]
            self.target.define(name, document, rows)

    def decide(self, count, names=tuple(campaigns)):
        """Decisions of all kinds, a third of them followed by an outcome."""
        for _ in range(count):
            name = self.chance.choice(names)
            more = {"in_param": {"segment": self.chance.choice("xyz")}}
            if self.chance.random() < 0.2:
                more["eligible_offers"] = [offer["offer"] for offer in self.chance.sample(offers, 5)]
            answer = self.target.decide(name, f"customer-{self.chance.randrange(20)}", self.chance.randint(1, 6), **more)
            self.answers[answer["uuid"]] = answer
            if shown(answer) and self.chance.random() < 0.3:
                self.target.respond(answer["uuid"], self.chance.choice(shown(answer)))

    def assertReproduced(self, uuid):
        done = server.run("replay", uuid, "--data", self.target.data)
        self.assertEqual(done.returncode, 0, done)
        replayed = json.loads(done.stdout)
        self.assertEqual((replayed["reproduced"], replayed["differences"]), (True, []))
        answered = [one["result"] for one in self.answers[uuid]["final_result"]]
        self.assertEqual([(one["offer"], one["score"]) for one in replayed["replayed"]],
                         [(one["offer"], one["score"]) for one in answered])
        for one, other in zip(replayed["replayed"], answered):
            for name in ("slot_propensity", "slate_propensity"):
                self.assertAlmostEqual(one[name], other.get(name, one[name]), delta=1e-9)
        self.assertEqual(replayed["explore"], self.answers[uuid]["explore"])

    def change_everything(self):
        """Learning, edits, offers that go and come back, a restart, and a kill."""
        self.target.good("POST", "/learning")
        self.decide(150)
        self.target.good("PUT", "/api/v1/campaigns/thompson", campaigns["greedy"])
        self.target.good("PUT", "/api/v1/campaigns/greedy", {**campaigns["greedy"], "deployment_epsilon": 0.9})
        for name in ("exploring", "recent"):
            self.target.good("PUT", f"/api/v1/campaigns/{name}/offers", offers[6:] + [{"offer": "new"}])
        self.decide(150)
        self.target.stop()
        self.target.start()
        self.target.good("PUT", "/api/v1/campaigns/exploring/offers", offers)
        self.decide(100)
        self.target.good("GET", "/refresh")
        self.target.good("GET", "/learning")
        self.target.kill()
        self.target.start()

    def test_two_hundred_decisions_of_many_campaigns(self):
        self.define()
        self.decide(400)
        self.change_everything()
        began = time.monotonic()
        chosen = self.chance.sample(list(self.answers), 200)
        for uuid in chosen[:170]:
            with self.subTest(uuid=uuid, campaign=self.answers[uuid]["id"]):
                self.assertReproduced(uuid)
        self.target.stop()
        for uuid in chosen[170:]:  # without a server
            with self.subTest(uuid=uuid, campaign=self.answers[uuid]["id"]):
                self.assertReproduced(uuid)
        self.report(f"200 of {len(self.answers)} decisions replayed, {(time.monotonic() - began) / 200 * 1000:.0f} ms each")

    def test_a_decision_of_a_campaign_that_was_deleted_and_made_again(self):
        self.define()
        self.decide(30, ("thompson",))
        old = list(self.answers)
        self.target.good("DELETE", "/api/v1/campaigns/thompson")
        self.target.define("thompson", campaigns["greedy"], offers[:3])
        self.decide(10, ("thompson",))
        self.assertEqual(sum(arm["contacts"] for arm in self.target.arms("thompson")),
                         sum(len(shown(answer)) for uuid, answer in self.answers.items() if uuid not in old))
        for uuid in [*old[-3:], *list(self.answers)[-3:]]:
            self.assertReproduced(uuid)

    def test_what_cannot_be_replayed_is_told(self):
        for uuid in ("01a200bd-3c91-71ce-8f89-94591a872ca6", "nonsense", ""):
            done = server.run("replay", uuid, "--data", self.target.data)
            self.assertRefusedInOneLine(done)


if __name__ == "__main__":
    unittest.main()
