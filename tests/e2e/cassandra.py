"""The program with a real Cassandra: a campaign's offers from a query, a look-up, an import, and what is said when it is away."""

import json
import pathlib
import socket
import struct
import sys
import unittest

import server
from server import Case, shown

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "components"))
from component import Component  # noqa: E402

smallest = {"randomisation": {"approach": "binaryThompson", "processing_window": 0, "processing_count": 0}}
set_up = {"mongo_offer_database": "shop", "mongo_offer_collection": "offers", "mongo_setup_database": "shop",
          "mongo_setup_collection": "set_up", "contextual_variable_one_name": "", "contextual_variable_one_values": "",
          "contextual_variable_two_name": "", "contextual_variable_two_values": "", "offer_name_column": "sku"}


class Statements:
    """Runs statements: start-up, log-in and QUERY of the native protocol, version 4."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), 60)
        self.ask(1, struct.pack(">H", 1) + self.text("CQL_VERSION") + self.text("3.0.0"))
        token = b"\0cassandra\0cassandra"
        self.ask(15, struct.pack(">i", len(token)) + token)

    @staticmethod
    def text(value):
        return struct.pack(">H", len(value)) + value.encode()

    def ask(self, opcode, body):
        self.socket.sendall(struct.pack(">BBhBi", 4, 0, 1, opcode, len(body)) + body)
        head = self.read(9)
        answer = self.read(struct.unpack(">i", head[5:])[0])
        if head[4] == 0:
            raise AssertionError(answer)

    def read(self, size):
        data = b""
        while len(data) < size:
            data += self.socket.recv(size - len(data)) or self.fail()
        return data

    @staticmethod
    def fail():
        raise AssertionError("Cassandra closed the connection")

    def run(self, *statements):
        for one in statements:
            self.ask(7, struct.pack(">i", len(one.encode())) + one.encode() + struct.pack(">HB", 1, 0))


class Cassandra(Case):
    def test_offers_features_and_documents_come_from_it(self):
        with Component("cassandra") as node:
            Statements(int(node.port)).run(
                "CREATE KEYSPACE shop WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}",
                "CREATE TABLE shop.offers (sku text PRIMARY KEY, price decimal, live boolean)",
                *(f"INSERT INTO shop.offers (sku, price, live) VALUES ('{sku}', 9.95, {live})"
                  for sku, live in (("a", "true"), ("b", "true"), ("c", "false"))),
                "CREATE TABLE shop.people (id int PRIMARY KEY, segment text)",
                "INSERT INTO shop.people (id, segment) VALUES (7, 'young')")
            where = f"cassandra://127.0.0.1:{node.port}"
            patient = "connect_timeout_ms=60000&read_timeout_ms=60000"
            secrets = {"PROFFER_CASSANDRA_USER": "cassandra", "PROFFER_CASSANDRA_PASSWORD": "cassandra"}
            target = self.server("--cassandra", f"{where}/shop?{patient}", variables=secrets)
            shown_options = json.dumps(target.good("GET", "/config"))
            self.assertIn(where, shown_options)
            self.assertIn('"cassandra_password": "(secret)"', shown_options)
            self.offers(target)
            self.features(target)
            self.documents(target, f"{where}?{patient}", secrets)
            node.stop()
            refused = self.refresh(target, "SELECT sku FROM offers")
            self.assertProblem(refused, 502)
            self.assertIn(f"step offers failed: Cassandra at 127.0.0.1:{node.port}: connecting: ", refused.json["ErrorMessage"])
            self.assertEqual({option["optionKey"] for option in target.arms("spring")}, {"a", "b"})
            self.assertNotIn("cassandra:cassandra", target.said())

    def refresh(self, target, query):
        done = server.run("tokens", "create", "--name", "refresh", "--days", "1", "--data", target.data)
        return target.call("POST", "/refreshWithOptions",
                           {"url": target.url + "/api", "token": json.loads(done.stdout)["token"], "campaign": "spring",
                            "cassandra_offer_query": query, **set_up})

    def offers(self, target):
        target.define("spring", smallest, [{"offer": "old"}])
        answer = self.refresh(target, "SELECT sku, price FROM offers WHERE live = true ALLOW FILTERING")
        self.assertEqual(answer.status, 200, answer)
        self.assertEqual((answer.json["offer_rows"], answer.json["set_up_rows"]), (2, 2))
        self.assertEqual(sorted(shown(target.decide("spring", count=9))), ["a", "b"])
        self.assertProblem(self.refresh(target, "DROP TABLE offers"), 422)
        self.assertEqual(sorted(shown(target.decide("spring", count=9))), ["a", "b"])

    def features(self, target):
        look_up = {"database": "cassandra", "db": "shop", "table": "people", "lookup": {"key": "id", "value": 0}}
        document = {**smallest, "lookups": [look_up], "contextual_variables": {"contextual_variable_one_name": "segment"}}
        target.define("people", document, [{"offer": "x", "segment": "young"}, {"offer": "y", "segment": "old"}])
        self.assertEqual(shown(target.decide("people", customer="7", count=9)), ["x"])

    def documents(self, target, where, secrets):
        done = server.run("import", "--collection", "shop.copy", "--id-column", "sku", where, "--table", "shop.offers",
                          "--data", target.data, variables=secrets)
        self.assertEqual(done.returncode, 0, done)
        found = target.good("POST", "/api/v1/collections/shop/copy/find", {})["documents"]
        self.assertEqual([(one["_id"], one["price"], one["live"]) for one in found],
                         [("a", 9.95, True), ("b", 9.95, True), ("c", 9.95, False)])
        done = server.run("import", "--collection", "shop.copy", where.replace("//", "//cassandra:wr0ng@"), "--table",
                          "shop.offers", "--data", target.data)
        self.assertRefusedInOneLine(done, "refuses this user and password")
        self.assertNotIn("wr0ng", done.stderr)


if __name__ == "__main__":
    unittest.main()
