"""Hooks and custom endpoints by the command line and over HTTP, across a restart; replay after they have changed."""
import json
import unittest

import server
from server import Case, shown

offers = [{"offer": name, "tier": tier} for name, tier in (("a", "gold"), ("b", "basic"), ("c", "gold"), ("d", "basic"))]

first = """
function pre_score(request)
  if request.params.only then return {eligible_offers = {request.params.only}} end
end
function reward(offer) return offer.tier == "gold" and 3 or 1 end
function post_score(result, request)
  result.final_result[1].result_full.label = "for " .. request.customer
  return result
end
function business.double(request) return {twice = 2 * request.params.x} end
"""

second = """
changes_slate = true
function post_score(result)
  table.sort(result.final_result, function(x, y) return x.result.offer > y.result.offer end)
  return result
end
"""

custom = """
function handle(request)
  local answer = invocations({campaign = "hooked", customer = request.query.customer, numberoffers = 2})
  response({uuid = answer.uuid, offers_accepted = {answer.final_result[1].result}})
  return 201, {uuid = answer.uuid}
end
"""


class Hooks(Case):
    def setUp(self):
        super().setUp()
        self.target = self.server()
        self.target.define("hooked", {"hook_failure": "continue"}, offers)

    def command(self, *arguments, text=None):
        done = server.run(*arguments, "--data", self.target.data, text=text)
        self.assertEqual(done.returncode, 0, done)
        return done.stdout

    def assertReproduced(self, uuid):
        replayed = json.loads(self.command("replay", uuid))
        self.assertEqual((replayed["reproduced"], replayed["differences"]), (True, []))

    def test_decisions_are_replayed_with_the_hooks_they_were_made_with(self):
        self.command("hooks", "put", "hooked", self.file("first.lua", first))
        made = [self.target.decide("hooked", f"customer-{i}", 3) for i in range(20)]
        self.assertEqual(made[7]["final_result"][0]["result_full"]["label"], "for customer-7")
        only = self.target.decide("hooked", "x", 3, params={"only": "d"})
        self.assertEqual(shown(only), ["d"])
        self.command("hooks", "put", "hooked", self.file("second.lua", second))
        made += [only] + [self.target.decide("hooked", f"customer-{i}", 4) for i in range(5)]
        self.assertEqual(shown(made[-1]), ["d", "c", "b", "a"])
        self.assertEqual(made[-1]["propensity"], {"method": "draws", "draws": 201})
        self.target.stop()
        self.target.start()
        self.assertEqual(shown(self.target.decide("hooked", "later", 4)), ["d", "c", "b", "a"])
        self.command("hooks", "delete", "hooked")
        made.append(self.target.decide("hooked", "last", 4))
        self.target.kill()
        self.target.start()
        for answer in made:
            self.assertReproduced(answer["uuid"])

    def test_versions_are_listed(self):
        self.command("hooks", "put", "hooked", "-", text=first)
        self.command("hooks", "put", "hooked", "-", text=second)
        self.assertEqual(self.command("hooks", "get", "hooked").strip(), second.strip())
        versions = json.loads(self.command("hooks", "list", "hooked"))
        self.assertEqual([one["bytes"] for one in versions], [len(first), len(second)])
        self.target.stop()
        self.assertEqual(self.command("hooks", "get", "hooked").strip(), second.strip())

    def test_what_does_not_compile_is_refused_in_one_line(self):
        done = server.run("hooks", "put", "hooked", "-", "--data", self.target.data, text="function pre_score(\nend")
        self.assertRefusedInOneLine(done, "line 2")

    def test_an_error_is_told_and_counted(self):
        self.command("hooks", "put", "hooked", "-", text="function pre_score(r)\n  return r.none.none\nend")
        answer = self.target.decide("hooked", "x", 1)
        self.assertEqual(answer["hook_errors"], ["pre_score, line 2: attempt to index a nil value (field 'none')"])
        metrics = self.target.call("GET", "/metrics").body.decode()
        self.assertIn('proffer_hook_errors_total{campaign="hooked",hook="pre_score"} 1', metrics)

    def test_business_functions(self):
        self.command("hooks", "put", "hooked", "-", text=first)
        body = {"campaign": "hooked", "business_logic": "double", "params": {"x": 21}}
        self.assertEqual(self.target.good("POST", "/business", body), {"twice": 42})

    def test_a_custom_endpoint_decides_and_learns_and_survives_a_restart(self):
        self.command("custom", "put", "sell", "-", text=custom)
        for _ in range(2):
            answer = self.target.call("GET", "/custom/sell?customer=anna")
            self.assertEqual(answer.status, 201, answer)
            logged = self.target.good("GET", f"/api/v1/decisions/{answer.json['uuid']}")
            self.assertEqual(len(logged["responses"]), 1)
            self.target.kill()
            self.target.start()
        self.assertEqual([one["name"] for one in json.loads(self.command("custom", "list"))], ["sell"])
        self.command("custom", "delete", "sell")
        self.assertEqual(self.target.call("GET", "/custom/sell").status, 404)


if __name__ == "__main__":
    unittest.main()
