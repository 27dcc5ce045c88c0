"""Scoring as its clients use it: the documentation's curl lines, a model that outlives the process, a training that ends
with its caller, and keys."""

import json
import math
import pathlib
import random
import subprocess
import time

from server import Case, run

seeds = pathlib.Path(__file__).resolve().parent / "seeds"
key = {"Authorization": "Bearer sk_dev"}
path = "/api/v1/builtin-agents/ml/lead_score/scoring"


def rows(count, columns=2, seed=1):
    chance = random.Random(seed)
    for _ in range(count):
        features = {f"n{i}": chance.gauss(0, 1) for i in range(columns)}
        features["city"] = f"c{chance.randrange(30)}"
        yes = chance.random() < 1 / (1 + math.exp(-2 * features["n0"]))
        yield {"features": features, "label": int(yes)}


class Scoring(Case):
    def setUp(self):
        super().setUp()
        self.target = self.server("--dev")

    def train(self, count=200, **more):
        return self.target.good("POST", f"{path}/train", {"rows": list(rows(count)), "optimize_budget": 2, **more}, key)

    def predict(self, **features):
        return self.target.good("POST", f"{path}/predict", {"features": features}, key)

    def curl(self, name):
        """A line of the documentation as it stands, but for host and key."""
        line = (seeds / name).read_text().strip().replace("https://loading", self.target.url)
        line = line.replace("\\  ", "\\\n  ")  # the page shows the ends of these lines no more
        line += ' -H "Authorization: Bearer sk_dev"'
        return json.loads(subprocess.run(["bash", "-c", line], capture_output=True, text=True, timeout=60, check=True).stdout)

    def test_the_lines_of_the_documentation(self):
        none = self.curl("ml_predict.sh")
        self.assertEqual((none["status"], none["title"]), (404, "Not Found"))
        few = self.curl("ml_train.sh")
        self.assertEqual((few["status"], few["errors"][0]["location"]), (422, "body.rows"))
        body = {"rows": list(rows(60)), "optimize_budget": 1}
        self.target.good("POST", "/api/v1/builtin-agents/ml/string/scoring/train", body, key)
        answer = self.curl("ml_predict.sh")
        self.assertEqual(list(answer), ["$schema", "score", "raw", "model_version", "served_from", "calibration_method"])
        self.assertEqual(answer["$schema"], f"{self.target.url}/api/v1/schemas/PredictResponse.json")
        self.assertTrue(0 < answer["score"] < 1)
        schema = self.target.good("GET", "/api/v1/schemas/PredictResponse.json")
        self.assertEqual(schema["title"], "PredictResponse")

    def test_a_model_outlives_the_process(self):
        self.assertEqual(self.train()["model_version"], 1)
        before = self.predict(n0=1.5, city="c3")
        self.assertGreater(before["score"], self.predict(n0=-1.5, city="c3")["score"])
        for end in (self.target.stop, self.target.kill):
            end()
            self.target.start()
            self.assertEqual(self.predict(n0=1.5, city="c3"), before)
        self.assertEqual(self.train()["model_version"], 2)
        self.target.good("POST", f"{path}/models/1/serve", None, key)
        self.target.kill()
        self.target.start()
        self.assertEqual(self.predict(n0=1.5, city="c3"), before)

    def test_a_training_ends_with_its_caller(self):
        body = json.dumps({"rows": list(rows(3_000)), "optimize_budget": 1_000}).encode()
        with self.target.raw() as socket:
            head = (f"POST {path}/train HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sk_dev\r\n"
                    f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n")
            socket.sendall(head.encode() + body)
            self.wait_for_job("running")
        self.wait_for_job("cancelled")
        self.assertEqual(self.target.call("POST", f"{path}/predict", {"features": {}}, key).status, 404)

    def wait_for_job(self, status, seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            jobs = self.target.good("GET", "/api/v1/jobs", headers=key)["jobs"]
            if jobs and jobs[0]["status"] == status:
                return
            time.sleep(0.02)
        self.fail(f"no job is {status}: {jobs}")

    def test_decisions_go_on_beside_a_training(self):
        self.target.define("c", {}, [{"offer": "a"}, {"offer": "b"}])
        body = {"rows": list(rows(3_000)), "optimize_budget": 1_000}
        accepted = self.target.call("POST", f"{path}/train", body, {**key, "Prefer": "respond-async"})
        self.assertEqual(accepted.status, 202, accepted)
        self.wait_for_job("running")
        for i in range(50):
            self.target.decide("c", f"customer-{i}")
        self.assertEqual(self.target.stop(), 0, "and the end does not wait for it")

    def test_keys_name_the_project(self):
        made = run("keys", "create", "--project", "shop", "--role", "admin", "--data", self.target.data)
        self.assertRegex(made.stdout, r"^sk_\S+\n$")
        self.train()
        shop = {"Authorization": f"Bearer {made.stdout.strip()}"}
        self.assertEqual(self.target.call("POST", f"{path}/predict", {"features": {}}, shop).status, 404)
        self.assertEqual(self.target.call("POST", f"{path}/predict", {"features": {}}).status, 401)

    def test_rubbish_changes_nothing(self):
        self.train()
        before = self.predict(n0=1)
        for body in (b"", b"{", b"[]", b'{"rows":null}', b'{"rows":[{}]}', b"\xff", b'{"rows":' + b"[" * 10_000):
            answer = self.target.call("POST", f"{path}/train", body, key)
            self.assertIn(answer.status, (400, 422), answer)
            self.assertEqual(answer.json["status"], answer.status)
        self.assertEqual(self.predict(n0=1), before)
