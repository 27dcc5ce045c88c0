"""Keys, roles and projects, and the subcommands beside a running server and without one."""

import json
import re
import shlex
import unittest

import server
from server import Case, shown

smallest = {"randomisation": {"approach": "binaryThompson"}}
two_offers = [{"offer": "a"}, {"offer": "b"}]


def bearer(key):
    return {"Authorization": f"Bearer {key}"}


class BeyondLoopback(Case):
    def test_it_is_refused_with_the_line_that_fixes_it_and_allowed_after_that(self):
        port = server.free_port()
        everywhere = f"0.0.0.0:{port}"
        done = server.run("serve", "--data", self.directory / "data", "--listen", everywhere)
        self.assertRefusedInOneLine(done, everywhere)
        fix = re.search(r"proffer (keys create .*)$", done.stderr.strip()).group(1)
        made = server.run(*shlex.split(fix))
        self.assertEqual(made.returncode, 0, made)
        target = self.server(listen=everywhere, start=False)
        target.port = port
        target.start()
        key = made.stdout.strip()
        self.assertProblem(target.call("GET", "/api/v1/campaigns"), 401)
        self.assertEqual(target.call("GET", "/api/v1/campaigns", headers=bearer(key)).status, 200)

    def test_the_last_key_stays_while_it_is_needed(self):
        made = server.run("keys", "create", "--role", "admin", "--data", self.directory / "data")
        port = server.free_port()
        target = self.server(listen=f"0.0.0.0:{port}", start=False)
        target.port = port
        target.start()
        answer = target.call("DELETE", f"/api/v1/keys/{json.loads(made.stderr)['id']}", headers=bearer(made.stdout.strip()))
        self.assertProblem(answer, 409)

    def test_the_well_known_key_stays_on_loopback(self):
        done = server.run("serve", "--dev", "--data", self.directory / "data", "--listen", f"0.0.0.0:{server.free_port()}")
        self.assertRefusedInOneLine(done, "--dev")

    def test_a_name_that_looks_like_loopback_is_none(self):
        done = server.run("serve", "--data", self.directory / "data", "--listen", "127.example.invalid:8091")
        self.assertRefusedInOneLine(done, "127.example.invalid")


class Roles(Case):
    # role → may decide, may manage campaigns, may manage keys
    rights = {"decide": (True, False, False), "manage": (True, True, False), "admin": (True, True, True)}

    def test_each_role_may_do_what_the_one_before_may_and_more(self):
        target = self.server()
        target.define("men", smallest, two_offers)
        keys = {"admin": target.good("POST", "/api/v1/keys", {"name": "first", "role": "admin"})["key"]}
        for role in ("decide", "manage"):
            keys[role] = target.good("POST", "/api/v1/keys", {"name": role, "role": role}, bearer(keys["admin"]))["key"]
        for role, (decide, manage, admin) in self.rights.items():
            for may, method, path, body in ((decide, "POST", "/invocations", {"campaign": "men"}),
                                            (manage, "GET", "/api/v1/campaigns/men", None),
                                            (manage, "PUT", "/api/v1/campaigns/men", smallest),
                                            (manage, "GET", "/metrics", None),
                                            (admin, "GET", "/api/v1/keys", None)):
                with self.subTest(role=role, path=path):
                    answer = target.call(method, path, body, bearer(keys[role]))
                    self.assertEqual(answer.status < 300, may, answer)
                    if not may:
                        self.assertProblem(answer, 403)
                    self.assertEqual(target.call(method, path, body, {"X-API-KEY": keys[role]}).status, answer.status)

    def test_with_a_key_stored_every_route_needs_one_but_the_open_ones(self):
        target = self.server()
        target.define("men", smallest, two_offers)
        made = target.good("POST", "/api/v1/keys", {"name": "k", "role": "admin"})
        for headers in ({}, bearer("sk_wrong"), {"X-API-KEY": ""}, {"Authorization": "Basic eDp5"}, bearer(made["key"] + "x")):
            for method, path in (("POST", "/invocations"), ("GET", "/api/v1/decisions"), ("GET", "/config"), ("GET", "/refresh")):
                self.assertProblem(target.call(method, path, {} if method == "POST" else None, headers), 401)
            for path in ("/health", "/ready", "/ping", "/openapi.json", "/docs"):
                self.assertEqual(target.call("GET", path, headers=headers).status, 200, path)
        target.good("DELETE", f"/api/v1/keys/{made['id']}", headers=bearer(made["key"]))
        self.assertEqual(target.call("GET", "/config").status, 200, "open again once no key is stored")

    def test_keys_survive_a_restart_and_their_secrets_are_not_in_the_store(self):
        target = self.server()
        key = target.good("POST", "/api/v1/keys", {"name": "k", "role": "manage"})["key"]
        target.stop()
        stored = b"".join(path.read_bytes() for path in target.data.iterdir() if path.is_file())
        self.assertNotIn(key.encode(), stored)
        target.start()
        self.assertEqual(target.call("GET", "/api/v1/campaigns", headers=bearer(key)).status, 200)

    def test_a_project_sees_only_its_own(self):
        target = self.server("--dev")
        target.define("men", smallest, two_offers)
        uuid = target.decide("men")["uuid"]
        dev = bearer("sk_dev")
        self.assertEqual(target.good("GET", "/api/v1/campaigns", headers=dev), [])
        self.assertProblem(target.call("GET", "/api/v1/campaigns/men", headers=dev), 404)
        self.assertProblem(target.call("GET", f"/api/v1/decisions/{uuid}", headers=dev), 404)
        self.assertProblem(target.call("POST", "/response", {"uuid": uuid, "offers_accepted": ["a"]}, dev), 404)
        target.good("PUT", "/api/v1/campaigns/men", smallest, dev)
        self.assertEqual([one["project"] for one in target.good("GET", "/api/v1/campaigns", headers=dev)], ["dev"])


class Subcommands(Case):
    """The same answers beside a running server and without one."""

    def both(self, *arguments, **more):
        """Runs it on two directories of the same history: one with a running server, one without."""
        return [server.run(*arguments, "--data", self.directory / data, **more) for data in ("served", "resting")]

    def assertSame(self, pair, status=0):
        for done in pair:
            self.assertEqual(done.returncode, status, done)
        served, resting = (self.without_chance(done) for done in pair)
        self.assertEqual(served, resting)
        return pair[0].stdout

    @staticmethod
    def without_chance(done):
        """Output with its uuids, times and secrets replaced, as they differ from run to run."""
        text = done.stdout + done.stderr
        text = re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|sk_\w+", "X", text)
        text = re.sub(r'"(id|seed)":"[^"]*"', "X", text)
        return re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "T", text)

    def test_a_campaign_from_its_making_to_its_end(self):
        self.server(data="served")
        document, offers = self.file("men.json", smallest), self.file("offers.csv", "offer,price\na,1\nb,2.5\n")
        rows = self.file("log.csv", "customer_id,offer,datetime,accepted\nc1,a,2024-05-01T10:00:00Z,1\nc2,b,2024-05-01T11:00:00Z,0\n")
        self.assertSame(self.both("campaign", "put", "men", document))
        self.assertSame(self.both("campaign", "put", "women", "-", text=json.dumps(smallest)))
        self.assertSame(self.both("campaign", "offers", "men", offers))
        self.assertEqual(json.loads(self.assertSame(self.both("import", "men", rows))), {"decisions": 2, "outcomes": 1})
        self.assertEqual(json.loads(self.assertSame(self.both("campaign", "get", "men")))["name"], "men")
        self.assertEqual(len(json.loads(self.assertSame(self.both("campaign", "options", "men")))), 2)
        self.assertIn("women", self.assertSame(self.both("campaign", "list")))
        self.assertSame(self.both("campaign", "delete", "men"))
        self.assertSame(self.both("campaign", "get", "men"), status=1)

    def test_keys(self):
        self.server(data="served")
        made = self.both("keys", "create", "--name", "till", "--role", "decide")
        self.assertSame(made)
        for done in made:
            self.assertRegex(done.stdout, r"^sk_\w+\n$")
        self.assertIn("till", self.assertSame(self.both("keys", "list")))
        self.assertNotIn("sk_", self.both("keys", "list")[0].stdout)
        for done, data in zip(made, ("served", "resting")):
            revoked = server.run("keys", "revoke", json.loads(done.stderr)["id"], "--data", self.directory / data)
            self.assertEqual(revoked.returncode, 0, revoked)
        self.assertEqual(json.loads(self.assertSame(self.both("keys", "list"))), [])
        self.assertSame(self.both("keys", "revoke", "none"), status=1)

    def test_a_replay(self):
        target = self.server()
        target.define("men", smallest, two_offers)
        decision = target.decide("men", count=2)
        beside = server.run("replay", decision["uuid"], "--data", target.data)
        target.stop()
        alone = server.run("replay", decision["uuid"], "--data", target.data)
        self.assertEqual(beside.stdout, alone.stdout)
        self.assertEqual([one["offer"] for one in json.loads(alone.stdout)["replayed"]], shown(decision))

    def test_subcommands_work_beside_a_server_that_wants_a_key(self):
        target = self.server()
        target.good("POST", "/api/v1/keys", {"name": "k", "role": "decide"})
        self.assertEqual(server.run("campaign", "list", "--data", target.data).returncode, 0)

    def test_a_socket_left_by_a_killed_server_is_no_server(self):
        target = self.server()
        target.kill()
        done = server.run("campaign", "list", "--data", target.data)
        self.assertEqual((done.returncode, done.stdout.strip()), (0, "[]"))


if __name__ == "__main__":
    unittest.main()
