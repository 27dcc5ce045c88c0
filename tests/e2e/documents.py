"""Collections with the real program: import and export of files larger than what the process may hold, by command line
beside a server and without one, and over HTTP in chunks."""

import csv
import http.client
import json
import os
import pathlib
import pty
import subprocess
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
        self.assertIn("row 1201 (line 1201): expected an object", done.stderr)
        self.assertIn("rows 1 to 1000 were put before", done.stderr)
        bad.write_bytes(bad.read_bytes().replace(b"\n7\n", b"\n" + next(rows(1)), 1))
        done = proffer.run("import", "--collection", "shop.customers", bad, "--skip", 1000, "--data", server.data)
        self.assertEqual(json.loads(done.stdout), {"inserted": 50_000 - 1_000, "replaced": 1_201}, done)
        for arguments in (("--collection", "shop.customers", "a", "b"), (), ("campaign",), ("--id-column", "a", "c", "f")):
            self.assertEqual(proffer.run("import", *arguments, "--data", server.data).returncode, 2, arguments)

    def export(self, server, *arguments):
        done = proffer.run("export", *arguments, "--data", server.data)
        self.assertEqual(done.returncode, 0, done)
        return done

    def test_ndjson_comes_back_byte_for_byte(self):
        server = self.server()
        lines = [r'{"_id":"1","whole":1,"double":1.0,"zero":-0.0,"least":-9223372036854775808,"most":9223372036854775807}',
                 r'{"_id":"2","small":5e-324,"large":1.7976931348623157e+308,"third":0.3333333333333333,"e15":1e+15}',
                 r'{"_id":"3","date":{"$date":"2024-02-29T23:59:59.999Z"},"ms":{"$date":-1},"oid":{"$oid":"65f0"}}',
                 r'{"_id":"4 é 😀","":1,"a.b":2,"$x":{"$y.z":[]},"\u0000":"\u0000\u001f","é":" 😀","q\"":"\\"}',
                 r'{"_id":"5","null":null,"true":true,"nested":[[],{},[{"a":[1,2.5,"3"]}]],"text":"1.0"}']
        lines.sort(key=lambda line: json.loads(line)["_id"].encode())
        file = self.file("exact.ndjson", "".join(line + "\n" for line in lines))
        done = proffer.run("import", "--collection", "a.b", file, "--data", server.data)
        self.assertEqual(done.returncode, 0, done)
        for how in (("--collection", "a.b", self.directory / "one.ndjson"), ("--database", "a", self.directory / "dir")):
            self.export(server, *how)
        for path in (self.directory / "one.ndjson", self.directory / "dir" / "a.b.ndjson"):
            self.assertEqual(path.read_text(), file.read_text())
            proffer.run("import", "--collection", "c.d", path, "--data", server.data)
            self.assertEqual(self.export(server, "--collection", "c.d").stdout, file.read_text())

    def test_all_collections_go_through_a_directory_into_another_server(self):
        first, second = self.server(), self.server(data="second")
        for collection, count in (("shop.customers", 3), ("shop.trans.actions", 2_000), ("bank.a", 1)):
            file = self.ndjson("rows.ndjson", count)
            proffer.run("import", "--collection", collection, file, "--data", first.data)
        for form in ("ndjson", "csv", "json"):
            there = self.directory / form
            done = self.export(first, "--all", there, "--format", form)
            self.assertEqual(json.loads(done.stdout), {"collections": 3, "documents": 2_004})
            self.assertEqual(sorted(path.name for path in there.iterdir()),
                             [f"{name}.{form}" for name in ("bank.a", "shop.customers", "shop.trans.actions")])
        there = self.directory / "ndjson"
        done = proffer.run("import", "--database", "shop", there, "--data", second.data)
        self.assertEqual(json.loads(done.stdout), {"collections": 2, "inserted": 2_003, "replaced": 0}, done)
        done = proffer.run("import", "--all", there, "--data", second.data, "--quiet")
        self.assertEqual(json.loads(done.stdout), {"collections": 3, "inserted": 1, "replaced": 2_003}, done)
        self.assertEqual(done.stderr, "")
        self.export(second, "--all", self.directory / "again")
        for path in there.iterdir():
            self.assertEqual((self.directory / "again" / path.name).read_bytes(), path.read_bytes())

    def test_a_directory_that_is_wrong_is_told_with_its_file_and_line(self):
        server = self.server()
        there = self.directory / "there"
        there.mkdir()
        done = proffer.run("import", "--all", there, "--data", server.data)
        self.assertRefusedInOneLine(done, "no file DATABASE.NAME.ndjson")
        (there / "a.good.ndjson").write_text('{"_id":"1"}\n')
        (there / "b.bad.ndjson").write_text('{"_id":"1"}\n\n{"_id":"2"\n')
        (there / "README").write_text("left alone")
        done = proffer.run("import", "--all", there, "--data", server.data)
        self.assertEqual(done.returncode, 1)
        self.assertIn(f"{there}/b.bad.ndjson:", done.stderr)
        self.assertIn("row 2 (line 3)", done.stderr)
        self.assertEqual(len(self.find(server, collection="a/good")["documents"]), 1)
        (there / "b.bad.csv").write_text("_id\n1\n")
        self.assertRefusedInOneLine(proffer.run("import", "--all", there, "--data", server.data), "of one collection")
        self.assertRefusedInOneLine(proffer.run("export", "--all", "/proc/x", "--data", server.data), "cannot make /proc/x")

    def test_a_terminal_sees_a_bar(self):
        server = self.server()
        file = self.ndjson("customers.ndjson", 20_000, PADDING)
        mine, theirs = pty.openpty()
        process = subprocess.Popen([proffer.binary, "import", "--collection", "shop.customers", file, "--data", server.data],
                                   stdout=subprocess.DEVNULL, stderr=theirs, env=proffer.environment())
        os.close(theirs)
        said = b""
        while True:
            try:
                said += os.read(mine, 65536)
            except OSError:  # the other end is closed
                break
        self.assertEqual(process.wait(30), 0, said)
        self.assertRegex(said, rb"\rshop.customers \[#*-*\] \d+ % \d+ lines, [0-9.]+ [kM]B, \d+ lines/s, \d+ s left")
        self.assertIn(b"shop.customers: 20000 lines, 2", said.splitlines()[-1])

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
