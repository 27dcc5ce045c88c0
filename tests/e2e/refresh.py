"""Refreshing with options: a node from itself and from a second node, and the documentation's own line."""

import json
import pathlib
import re
import subprocess
import threading
import unittest

import server
from server import Case, shown

seeds = pathlib.Path(__file__).resolve().parent / "seeds"
smallest = {"randomisation": {"approach": "binaryThompson", "processing_window": 0, "processing_count": 0}}


def bearer(key):
    return {"Authorization": f"Bearer {key}"}


class Refresh(Case):
    def token(self, target, days=1):
        done = server.run("tokens", "create", "--name", "refresh", "--days", days, "--data", target.data)
        self.assertEqual(done.returncode, 0, done)
        return json.loads(done.stdout)["token"]

    def add(self, target, database, collection, *documents):
        for document in documents:
            target.good("POST", "/api/addMongoDocuments",
                        {"database": database, "collection": collection, "document": document})

    def contacts(self, target, campaign="spring"):
        return sum(arm["contacts"] for arm in target.arms(campaign))

    def test_the_line_of_the_documentation_runs_against_the_node_itself(self):
        target = self.server()
        target.define("spring", smallest, [{"offer": "a"}, {"offer": "b"}])
        target.respond(*(lambda one: (one["uuid"], *shown(one)))(target.decide("spring")))
        self.assertEqual(self.contacts(target), 1)
        line = (seeds / "refresh_with_options.sh").read_text()
        line = line.replace('/api"\n', '/api",\n')  # the comma that is missing there
        line = line.replace("http://localhost:8091", target.url).replace("http://ecosystem-server:3001", target.url)
        line = re.sub(r'"eyJ[^"]*"', f'"{self.token(target)}"', line)
        answer = json.loads(subprocess.run(["bash", "-c", line], capture_output=True, text=True, timeout=30, check=True).stdout)
        self.assertEqual((answer["message"], answer["campaign"], answer["taken_over"]), ("Success", "spring", False))
        self.assertEqual(self.contacts(target), 0, "all options are back at their defaults")
        target.stop()
        target.start()
        self.assertEqual(self.contacts(target), 0, "a restart changes nothing")
        target.good("GET", "/learning")
        self.assertEqual(self.contacts(target), 1, "and all is learned anew from the log")

    def test_as_it_stands_the_line_is_no_json(self):
        target = self.server()
        line = (seeds / "refresh_with_options.sh").read_text().replace("http://localhost:8091", target.url)
        answer = json.loads(subprocess.run(["bash", "-c", line], capture_output=True, text=True, timeout=30, check=True).stdout)
        self.assertEqual(answer["status"], 400)

    def test_a_node_makes_its_set_up_anew_and_refreshes_from_itself_while_it_decides(self):
        target = self.server("--threads", "1")
        target.define("spring", smallest, [{"offer": "old"}])
        self.add(target, "shop", "offers", *({"name": name, "price": 3} for name in ("a", "b", "a", "c")))
        body = {"url": target.url + "/api", "token": self.token(target), "campaign": "spring",
                "mongo_offer_database": "shop", "mongo_offer_collection": "offers", "mongo_setup_database": "shop",
                "mongo_setup_collection": "set_up", "contextual_variable_one_name": "segment",
                "contextual_variable_one_values": ["young", "old"], "contextual_variable_two_name": "day",
                "contextual_variable_two_values": "weekday,weekend", "offer_name_column": "name"}
        failures = []

        def refresh():
            other = target.__class__.__new__(target.__class__)
            other.__dict__.update(target.__dict__, _local=threading.local())
            answer = other.call("POST", "/refreshWithOptions", body)
            if answer.status != 200:
                failures.append(answer)

        threads = [threading.Thread(target=refresh) for _ in range(12)]  # more than threads that may wait
        for thread in threads:
            thread.start()
        for i in range(50):
            target.decide("spring", customer=str(i))
        for thread in threads:
            thread.join()
        self.assertEqual(failures, [])
        options = target.arms("spring")
        self.assertEqual(len(options), 12)
        self.assertEqual({option["optionKey"] for option in options}, {"a", "b", "c"})
        answer = target.decide("spring", count=9, params={"contextual_variable_one": "old", "contextual_variable_two": "weekend"})
        self.assertEqual(sorted(shown(answer)), ["a", "b", "c"])

    def test_a_node_takes_over_the_options_of_another_and_only_of_one_that_it_may_call(self):
        runtime, configuration = self.server(data="runtime"), self.server(data="configuration")
        runtime.define("spring", smallest, [{"offer": "a"}])
        configuration.define("spring", smallest, [{"offer": "a"}, {"offer": "b", "price": 7}])
        body = {"url": configuration.url + "/api", "token": self.token(configuration), "type": "generateUpdatedOptions"}
        answer = runtime.good("POST", "/refreshWithOptions", body)
        self.assertEqual((answer["taken_over"], answer["server"]["options"]), (True, 2))
        self.assertEqual([(o["optionKey"], o["price"]) for o in runtime.arms("spring")], [("a", 1), ("b", 7)])
        runtime.stop()
        runtime.start()
        self.assertEqual(len(runtime.arms("spring")), 2)
        self.assertProblem(runtime.call("POST", "/refreshWithOptions", {**body, "url": "http://10.0.0.1:3001/api"}), 422)

    def test_a_failure_names_its_step_and_leaves_the_options(self):
        runtime, configuration = self.server(data="runtime"), self.server(data="configuration")
        runtime.define("spring", smallest, [{"offer": "a"}])
        runtime.respond(*(lambda one: (one["uuid"], *shown(one)))(runtime.decide("spring")))
        before = runtime.arms("spring")
        token = self.token(configuration)
        body = {"url": configuration.url + "/api", "token": token}
        unknown = runtime.call("POST", "/refreshWithOptions", body)
        self.assertProblem(unknown, 502)
        self.assertIn("step updateClientPulseResponder failed", unknown.json["ErrorMessage"])
        self.assertIn("there is no campaign 'spring'", unknown.json["ErrorMessage"])
        refused = runtime.call("POST", "/refreshWithOptions", {**body, "token": self.token(runtime)})
        self.assertProblem(refused, 502)
        self.assertIn("401", refused.json["ErrorMessage"])
        configuration.stop()
        self.assertProblem(runtime.call("POST", "/refreshWithOptions", body), 502)
        self.assertEqual(runtime.arms("spring"), before)


class Credentials(Case):
    def test_tokens_and_users_are_made_beside_a_running_server_and_without_one(self):
        data = self.directory / "data"
        self.assertEqual(server.run("keys", "create", "--role", "admin", "--data", data).returncode, 0)
        made = json.loads(server.run("tokens", "create", "--name", "a", "--days", "1", "--data", data).stdout)
        done = server.run("users", "create", "ann@shop.example", "--data", data, text="correct horse\n")
        self.assertEqual(done.returncode, 0, done)
        target = self.server()
        route = "/api/listPulseResponderDynamic"
        self.assertProblem(target.call("GET", route), 401)
        self.assertEqual(target.call("GET", route, headers=bearer(made["token"])).status, 200)
        self.assertProblem(target.call("GET", "/api/v1/campaigns", headers=bearer(made["token"])), 401)
        login = {"email": "ann@shop.example", "password": "correct horse"}
        session = target.good("POST", "/api/auth/login", login)["token"]
        self.assertEqual(target.call("GET", "/api/v1/campaigns", headers=bearer(session["access_token"])).status, 200)
        self.assertProblem(target.call("POST", "/api/auth/login", {**login, "password": "wrong"}), 403)
        self.assertEqual([one["id"] for one in json.loads(server.run("tokens", "list", "--data", data).stdout)], [made["id"]])
        self.assertEqual(server.run("tokens", "revoke", made["id"], "--data", data).returncode, 0)
        self.assertProblem(target.call("GET", route, headers=bearer(made["token"])), 401)
        self.assertEqual(server.run("users", "delete", "ann@shop.example", "--data", data).returncode, 0)
        self.assertProblem(target.call("GET", route, headers=bearer(session["access_token"])), 401)

    def test_a_password_that_is_too_short_is_refused_and_none_is_shown(self):
        done = server.run("users", "create", "a@b", "--data", self.directory / "data", text="short\n")
        self.assertRefusedInOneLine(done, "password")
        self.assertNotIn("short", done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
