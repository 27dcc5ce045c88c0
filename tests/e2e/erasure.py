"""Erasure of a customer with the real program: his name is nowhere in the file, what was learned stays."""

import json

import server as proffer

NAME = "ann-4711-unmistakable"


class Erasure(proffer.Case):
    def filled(self):
        server = self.server()
        server.define("c", {"randomisation": {"processing_window": 0, "processing_count": 0, "interaction_count": 5}},
                      [{"offer": "a"}, {"offer": "b"}])
        server.good("POST", "/api/v1/collections/shop/customers/documents", [{"_id": NAME, "age": 44}, {"_id": "bob", "age": 5}])
        server.good("POST", "/api/v1/collections/shop/orders/documents", [{"_id": "1", "owner": {"id": NAME}}])
        uuids = []
        for i in range(60):
            decision = server.decide("c", NAME if i % 3 == 0 else f"c{i % 5}", 1, params={"who": NAME if i % 3 == 0 else "x"})
            uuids.append(decision["uuid"])
            if i % 2 == 0:
                server.respond(decision["uuid"], proffer.shown(decision)[0])
        return server, uuids

    def test_a_customer_is_erased_from_the_log_and_collections_beside_a_server(self):
        server, uuids = self.filled()
        arms = server.arms("c")
        done = proffer.run("customers", "erase", NAME, "--fields", "owner.id", "--data", server.data)
        self.assertEqual(done.returncode, 0, done)
        erased = json.loads(done.stdout)
        self.assertEqual((erased["records"], erased["documents"]), (30, 2))
        self.assertEqual(server.arms("c"), arms)
        self.assertEqual(list(server.decisions(customer=NAME)), [])
        rows = list(server.decisions(customer=erased["replacement"]))
        self.assertEqual(len(rows), 20)
        answer = server.call("GET", f"/api/v1/decisions/{uuids[0]}/replay")
        self.assertProblem(answer, 410)
        self.assertIn("erased", answer.json["detail"])
        self.assertEqual(proffer.run("replay", uuids[0], "--data", server.data).returncode, 1)
        self.assertTrue(server.good("GET", f"/api/v1/decisions/{uuids[1]}/replay")["reproduced"])
        server.good("POST", "/learning")
        self.assertEqual(server.arms("c"), arms)
        found = server.good("POST", "/api/v1/collections/shop/customers/find", {})["documents"]
        self.assertEqual({one["_id"] for one in found}, {erased["replacement"], "bob"})
        self.assertProblem(server.call("DELETE", f"/api/v1/customers/{NAME}"), 404)
        server.stop()
        for path in server.data.iterdir():
            if path.is_file():
                self.assertNotIn(NAME.encode(), path.read_bytes(), path)
        self.assertNotIn(NAME, server.said())
        server.start()
        self.assertEqual(server.arms("c"), arms)

    def test_only_an_admin_erases(self):
        server, _ = self.filled()
        secret = proffer.run("keys", "create", "--role", "manage", "--data", server.data).stdout.strip()
        answer = server.call("DELETE", f"/api/v1/customers/{NAME}", headers={"X-API-KEY": secret})
        self.assertProblem(answer, 403)
