"""A data directory that is wrong, or becomes so: one clear line at the start, or a clear answer later, and nothing that
was acknowledged is lost."""

import os
import resource
import shutil
import sqlite3
import subprocess
import time

import server as proffer

OFFERS = [{"offer": "a"}, {"offer": "b"}]
NOBODY = 65534
PAGE = 4096


def fill(server, rows=4_000):
    """A campaign with decisions, and a collection of some thousand pages."""
    server.define("c", {}, OFFERS)
    uuids = [server.decide("c", f"customer-{i}")["uuid"] for i in range(300)]
    lines = "".join('{"_id":"%07d","padding":"%s"}\n' % (i, "x" * 1_000) for i in range(rows))
    server.good("POST", "/api/v1/collections/shop/ballast/documents", lines.encode(), {"Content-Type": "application/x-ndjson"})
    return uuids


def scribble(path, pages):
    with open(path, "r+b") as file:
        for page in pages:
            file.seek(page * PAGE)
            file.write(b"\xa5" * PAGE)


def leaves(path, table):
    """The numbers of a table's leaf pages in its order, from 0."""
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
        rows = database.execute("SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY path", (table,))
        return [row[0] - 1 for row in rows]


class Start(proffer.Case):
    def refusal(self, data, *parts, **more):
        """What serve, and a subcommand, say of the directory."""
        for arguments in (("serve", "--listen", f"127.0.0.1:{proffer.free_port()}"), ("campaign", "list")):
            done = subprocess.run([proffer.binary, *arguments, "--data", str(data)], capture_output=True, text=True, timeout=60,
                                  env=proffer.environment(), check=False, **more)
            self.assertEqual(done.returncode, 1, done)
            self.assertRefusedInOneLine(done, *parts)

    def filled(self):
        server = self.server()
        fill(server, 400)
        server.stop()
        return server.data

    def test_a_damaged_header(self):
        data = self.filled()
        scribble(data / "proffer.db", [0])
        self.refusal(data, "proffer.db is damaged: file is not a database")

    def test_a_file_of_another_kind(self):
        data = self.directory / "data"
        data.mkdir()
        (data / "proffer.db").write_text("Dear Sir or Madam,\n" * 500)
        self.refusal(data, "proffer.db is damaged: file is not a database")

    def test_the_database_of_another_program(self):
        data = self.directory / "data"
        data.mkdir()
        with sqlite3.connect(data / "proffer.db") as database:
            database.execute("CREATE TABLE theirs (x)")
        self.refusal(data, "proffer.db is not a Proffer database")

    def test_a_newer_format(self):
        data = self.filled()
        with sqlite3.connect(data / "proffer.db") as database:
            database.execute("PRAGMA user_version = 99")
        self.refusal(data, "has format 99, made by a newer Proffer")

    def test_a_file_that_was_cut_short(self):
        data = self.filled()
        os.truncate(data / "proffer.db", (data / "proffer.db").stat().st_size // 2 // PAGE * PAGE)
        self.refusal(data, "proffer.db is damaged")

    def test_a_damaged_log(self):
        data = self.filled()
        scribble(data / "proffer.db", leaves(data / "proffer.db", "log_segment"))
        self.refusal(data, "proffer.db is damaged")

    def as_nobody(self):
        """Permissions do not bind root, so the program runs as somebody else then."""
        if os.geteuid() != 0:
            return {}
        self.directory.chmod(0o755)
        program = self.directory / "proffer"
        shutil.copy(proffer.binary, program)
        program.chmod(0o755)
        return {"user": NOBODY, "group": NOBODY, "extra_groups": [], "executable": str(program)}

    def test_a_directory_that_is_not_writable(self):
        more = self.as_nobody()
        data = self.filled()
        for path in (data, *data.iterdir()):
            path.chmod(0o555 if path.is_dir() else 0o444)
        self.refusal(data, f"cannot open {data}/lock: Permission denied", **more)

    def test_a_database_that_is_not_writable(self):
        more = self.as_nobody()
        data = self.filled()
        data.chmod(0o777)
        for path in data.iterdir():
            path.chmod(0o666)
        (data / "proffer.db").chmod(0o444)
        self.refusal(data, "proffer.db cannot be written: it is read-only", **more)

    def test_a_directory_that_cannot_be_made(self):
        done = subprocess.run([proffer.binary, "serve", "--data", "/proc/no/such"], capture_output=True, text=True, timeout=60,
                              env=proffer.environment(), check=False)
        self.assertRefusedInOneLine(done, "cannot make /proc/no/such")

    def test_a_directory_that_is_a_file(self):
        data = self.file("data", "x")
        self.refusal(data, "cannot make")


class Later(proffer.Case):
    def damaged(self, table, wanted=lambda page: True):
        """A started server with damage in the middle of those pages of a table that `wanted` takes."""
        server = self.server()
        uuids = fill(server)
        server.stop()
        file = server.data / "proffer.db"
        content = file.read_bytes()
        pages = [page for page in leaves(file, table) if wanted(content[page * PAGE:(page + 1) * PAGE])]
        self.assertGreater(len(pages), 4)
        scribble(file, pages[len(pages) // 2:][:2])
        server.start()
        return server, uuids

    def test_damaged_documents_are_told_and_do_not_stop_decisions(self):
        server, _ = self.damaged("document", lambda page: page.count(b"x") > PAGE // 2)
        answer = server.call("POST", "/api/v1/collections/shop/ballast/find", {"filter": {"none": 1}})
        self.assertProblem(answer, 500)
        self.assertIn("proffer.db is damaged: database disk image is malformed", answer.json["detail"])
        self.assertIn("proffer.db is damaged", server.said())
        decision = server.decide("c")
        server.respond(decision["uuid"], proffer.shown(decision)[0])
        done = proffer.run("export", "--collection", "shop.ballast", self.directory / "out", "--data", server.data, "--quiet")
        self.assertRefusedInOneLine(done, "proffer.db is damaged")
        self.assertFalse((self.directory / "out").exists())
        done = proffer.run("backup", self.directory / "copy.db", "--data", server.data, "--quiet")
        self.assertRefusedInOneLine(done, "damaged")

    def test_a_damaged_stretch_of_the_log_is_told_where_it_is_read(self):
        server, uuids = self.damaged("log_segment")
        statuses = [server.call("GET", f"/api/v1/decisions/{uuid}").status for uuid in uuids]
        self.assertEqual(statuses[0], 200)
        self.assertIn(500, statuses)
        self.assertProblem(server.call("GET", f"/api/v1/decisions/{uuids[statuses.index(500)]}"), 500)
        answer = server.call("POST", "/learning")
        self.assertProblem(answer, 500)
        self.assertIn("damaged", answer.json["detail"])
        decision = server.decide("c")
        server.respond(decision["uuid"], proffer.shown(decision)[0])


class Disk:
    """A small disk at `path` that can be full and have room again: a file system of its own where this may be mounted,
    elsewhere a limit of the length of the server's files."""

    def __init__(self, case, path, megabytes):
        self._path = path
        path.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "none", str(path)]
        self.mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0
        if self.mounted:
            case.addCleanup(subprocess.run, ["umount", "-l", str(path)], check=True)

    def fill(self, server):
        if not self.mounted:
            longest = max(path.stat().st_size for path in self._path.iterdir())
            return resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (longest + PAGE, resource.RLIM_INFINITY))
        for size in (1 << 20, PAGE):
            try:
                with open(self._path / "ballast", "ab", buffering=0) as file:
                    while file.write(b"b" * size) == size:
                        pass
            except OSError:
                pass

    def make_room(self, server):
        if self.mounted:
            return (self._path / "ballast").unlink()
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


class FullDisk(proffer.Case):
    def decide_until(self, server, status, acknowledged):
        """The first answer of that status; the uuids of those that were acknowledged before go into the ledger."""
        for i in range(100_000):
            answer = server.call("POST", "/invocations", {"campaign": "c", "customer": f"customer-{i % 100}", "numberoffers": 1})
            if answer.status == 200:
                acknowledged.append(answer.json["uuid"])
            if answer.status == status:
                return answer
            self.assertIn(answer.status, (200, 503), answer)
            time.sleep(0 if answer.status == 200 else 0.05)
        raise AssertionError(f"no answer of status {status}")

    def test_a_disk_that_fills_up_while_serving(self):
        disk = Disk(self, self.directory / "data", 24)
        server = self.server()
        server.define("c", {}, OFFERS)
        acknowledged = []
        for round in range(2):
            for _ in range(100):
                self.decide_until(server, 200, acknowledged)
            last = acknowledged[-1]
            disk.fill(server)
            answer = self.decide_until(server, 503, acknowledged)
            self.assertProblem(answer, 503)
            self.assertEqual(answer.headers["Retry-After"], "1")
            self.report(answer.json["detail"])
            body = {"uuid": last, "offers_accepted": [{"offer_name": "a"}, {"offer_name": "b"}]}
            self.assertProblem(server.call("POST", "/response", {**body, "offers_accepted": [{"offer_name": "a"}]}), 503, 422)
            self.assertProblem(server.call("PUT", "/api/v1/campaigns/d", {}), 503)
            rows = "".join('{"_id":"%d","padding":"%s"}\n' % (i, "x" * 1_000) for i in range(1_000))
            answer = server.call("POST", "/api/v1/collections/shop/c/documents", rows.encode(), {"Content-Type": "application/x-ndjson"})
            self.assertProblem(answer, 503)
            self.assertEqual(answer.headers["Retry-After"], "1")
            time.sleep(2.5)  # so that housekeeping has looked, and in vain
            self.assertProblem(self.ready(server, 503), 503)
            self.assertEqual(server.call("GET", f"/api/v1/decisions/{last}").status, 200)
            disk.make_room(server)
            self.decide_until(server, 200, acknowledged)
            self.assertEqual(self.ready(server, 200).status, 200)  # the recovery tells its end a moment later
            server.respond(acknowledged[-1], *proffer.shown(server.good("GET", f"/api/v1/decisions/{acknowledged[-1]}")["decision"]))
        self.compare(server, acknowledged)
        server.kill()
        server.start()
        self.compare(server, acknowledged)

    @staticmethod
    def ready(server, status):
        """What /ready says as soon as it says `status`, or after ten seconds."""
        end = time.monotonic() + 10
        while (answer := server.call("GET", "/ready")).status != status and time.monotonic() < end:
            time.sleep(0.05)
        return answer

    def compare(self, server, acknowledged):
        """The log has what was acknowledged, each once, and nothing else; what was learned is what the log says."""
        self.assertEqual(sorted(row["uuid"] for row in server.decisions()), sorted(acknowledged))
        arms = server.arms("c")
        self.assertEqual(sum(arm["accepted"] for arm in arms), 2)
        server.good("POST", "/learning")
        self.assertEqual(server.arms("c"), arms)
        self.assertTrue(server.good("GET", f"/api/v1/decisions/{acknowledged[-1]}/replay")["reproduced"])

    def test_a_disk_that_is_full_at_the_start(self):
        disk = Disk(self, self.directory / "data", 24)
        server = self.server()
        server.define("c", {}, OFFERS)
        acknowledged = []
        for _ in range(100):
            self.decide_until(server, 200, acknowledged)
        server.stop()
        if not disk.mounted:
            return self.start_with_short_files(server)
        disk.fill(server)
        done = subprocess.run([proffer.binary, "serve", "--data", str(server.data), "--listen", "127.0.0.1:0"],
                              capture_output=True, text=True, timeout=60, env=proffer.environment(), check=False)
        self.report(done.stderr.strip())
        self.assertRefusedInOneLine(done, "proffer.db", "No space left on device")
        disk.make_room(server)
        server.start()
        self.assertEqual(sorted(row["uuid"] for row in server.decisions()), sorted(acknowledged))

    def start_with_short_files(self, server):
        """Where nothing may be mounted: files of at most a page."""
        done = subprocess.run([proffer.binary, "serve", "--data", str(server.data), "--listen", "127.0.0.1:0"],
                              capture_output=True, text=True, timeout=60, env=proffer.environment(), check=False,
                              preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (PAGE, PAGE)))
        self.report(done.stderr.strip())
        self.assertRefusedInOneLine(done, "proffer.db")

