"""Collections with the real program: import and export of files larger than what the process may hold, by command line
beside a server and without one, and over HTTP in chunks."""

import csv
import http.client
import json
import pathlib
import threading

import server as proffer

ROWS = 60_000
PADDING = "x" * 1_000  # some 60 MB in all
GROWTH_ALLOWED = 40 << 20


def resident_bytes(process):
    for line in pathlib.Path(f"/proc/{process.pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise AssertionError("no VmHWM")


def rows(count, padding=""):
    for i in range(count):
        yield json.dumps({"_id": f"c{i:07}", "customer": i, "age": i % 80, "note": padding}).encode() + b"\n"


class Collections(proffer.Case):
    def ndjson(self, name, count, padding=""):
        path = self.directory / name
        with open(path, "wb") as out:
            out.writelines(rows(count, padding))
        return path

    def find(self, server, body=None, collection="shop/customers"):
        return server.good("POST", f"/api/v1/collections/{collection}/find", body or {})

    def test_a_large_body_passes_in_bounded_memory(self):
        server = self.server()
        self.find(server)
        before = resident_bytes(server.process)
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
        connection.request("POST", "/api/v1/collections/shop/customers/documents", rows(ROWS, PADDING),
                           {"Content-Type": "application/x-ndjson"}, encode_chunked=True)
        answer = connection.getresponse()
        self.assertEqual((answer.status, json.loads(answer.read())), (200, {"inserted": ROWS, "replaced": 0}))
        grown = resident_bytes(server.process) - before
        self.report(f"{ROWS} rows of 1 KB: the server's memory grew by {grown >> 20} MiB")
        self.assertLess(grown, GROWTH_ALLOWED)

    def test_the_command_line_imports_and_exports_beside_a_server(self):
        server = self.server()
        file = self.ndjson("customers.ndjson", 5_000)
        done = proffer.run("import", "--collection", "shop.customers", file, "--data", server.data)
        self.assertEqual((done.returncode, json.loads(done.stdout)), (0, {"inserted": 5_000, "replaced": 0}), done)
        self.assertEqual(len(self.find(server, {"limit": 1000})["documents"]), 1000)
        self.round_trip(server.data, 5_000)

    def test_the_command_line_imports_and_exports_without_a_server(self):
        server = self.server()
        server.stop()
        file = self.ndjson("customers.ndjson", 20_000, "é\n" * 200)
        done = proffer.run("import", "--collection", "shop/customers", file, "--data", server.data)
        self.assertEqual((done.returncode, json.loads(done.stdout)), (0, {"inserted": 20_000, "replaced": 0}), done)
        self.assertIn("MB", done.stderr)
        self.round_trip(server.data, 20_000)

    def round_trip(self, data, count):
        """Every form holds every document; NDJSON comes back byte for byte."""
        out = self.directory / "out"
        for form in ("ndjson", "json", "csv"):
            done = proffer.run("export", "--collection", "shop.customers", f"{out}.{form}", "--data", data)
            self.assertEqual(done.returncode, 0, done)
            self.assertIn(f"{count} documents", done.stderr)
        lines = (self.directory / "out.ndjson").read_text().splitlines()
        original = (self.directory / "customers.ndjson").read_text().splitlines()
        self.assertEqual([json.loads(line) for line in lines], [json.loads(line) for line in original])
        self.assertEqual(json.loads((self.directory / "out.json").read_text()), [json.loads(line) for line in lines])
        with open(self.directory / "out.csv", newline="") as table:
            self.assertEqual([(row["_id"], row["age"], row["note"]) for row in csv.DictReader(table)],
                             [(one["_id"], str(one["age"]), one["note"]) for one in map(json.loads, lines)])
        again = proffer.run("import", "--collection", "shop.customers", f"{out}.csv", "--data", data)
        self.assertEqual(json.loads(again.stdout), {"inserted": 0, "replaced": count}, again)
        printed = proffer.run("export", "--collection", "shop.customers", "--data", data)
        self.assertEqual(len(printed.stdout.splitlines()), count)

    def test_csv_comes_with_an_id_column_and_text_columns(self):
        server = self.server()
        file = self.file("t.csv", "customer,zip,n\n007,01234,5\n")
        done = proffer.run("import", "--collection", "shop.customers", "--id-column", "customer", "--text",
                           "customer,zip", file, "--data", server.data)
        self.assertEqual(done.returncode, 0, done)
        self.assertEqual(self.find(server)["documents"], [{"_id": "007", "customer": "007", "zip": "01234", "n": 5}])

    def test_what_is_wrong_is_told_and_ends_with_1(self):
        server = self.server()
        for arguments in (("--collection", "proffer.keys", self.file("a.json", [{"_id": "x"}])),
                          ("--collection", "nodot", self.file("b.json", [])),
                          ("--collection", "shop.customers", "/no/such/file"),
                          ("--collection", "shop.customers", "--format", "xml", self.file("c.json", [])),
                          ("--collection", "shop.customers", self.file("d.json", {"_id": "x"}))):
            done = proffer.run("import", *arguments, "--data", server.data)
            self.assertEqual((done.returncode, done.stdout), (1, ""), done)
            self.assertIn("proffer: ", done.stderr)
        bad = self.directory / "bad.ndjson"
        with open(bad, "wb") as out:
            out.writelines(rows(1_200))
            out.write(b"7\n")
            out.writelines(rows(50_000, PADDING))
        done = proffer.run("import", "--collection", "shop.customers", bad, "--data", server.data)
        self.assertEqual(done.returncode, 1)
        self.assertIn("row 1201: expected an object", done.stderr)
        self.assertIn("rows 1 to 1000 were put before", done.stderr)
        for arguments in (("--collection", "shop.customers", "a", "b"), (), ("campaign",), ("--id-column", "a", "c", "f")):
            self.assertEqual(proffer.run("import", *arguments, "--data", server.data).returncode, 2, arguments)

    def test_decisions_are_imported_as_before(self):
        server = self.server()
        server.define("c", {}, [{"offer": "a"}])
        file = self.file("d.csv", "customer_id,offer,datetime,accepted\nx,a,2024-01-01T00:00:00Z,1\n")
        done = proffer.run("import", "c", file, "--data", server.data)
        self.assertEqual((done.returncode, json.loads(done.stdout)), (0, {"decisions": 1, "outcomes": 1}), done)

    def test_imports_do_not_hold_up_decisions_nor_each_other(self):
        server = self.server()
        server.define("c", {}, [{"offer": "a"}, {"offer": "b"}])
        answers = []

        def put(number):
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
            connection.request("POST", f"/api/v1/collections/shop/c{number}/documents", rows(5_000),
                               {"Content-Type": "application/x-ndjson"}, encode_chunked=True)
            answers.append(json.loads(connection.getresponse().read()))

        threads = [threading.Thread(target=put, args=(number,)) for number in range(6)]
        for thread in threads:
            thread.start()
        decided = 0
        while any(thread.is_alive() for thread in threads):
            server.decide("c")
            decided += 1
        self.assertEqual(answers, [{"inserted": 5_000, "replaced": 0}] * 6)
        self.assertGreater(decided, 10)

    def test_a_killed_server_keeps_whole_batches(self):
        server = self.server()
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        connection.putrequest("POST", "/api/v1/collections/shop/customers/documents")
        connection.putheader("Content-Type", "application/x-ndjson")
        connection.putheader("Transfer-Encoding", "chunked")
        connection.endheaders()
        body = b"".join(rows(5_200))
        connection.send(b"%x\r\n" % len(body) + body + b"\r\n")
        while not self.find(server, {"after": "c0004998"})["documents"]:
            pass
        server.kill()
        server.start()
        stayed = proffer.run("export", "--collection", "shop.customers", "--data", server.data).stdout.splitlines()
        self.assertEqual(len(stayed) % 500, 0)
        self.assertGreaterEqual(len(stayed), 5_000)
