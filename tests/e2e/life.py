"""Start, stop, restart, and what is refused at start."""

import http.client
import json
import re
import signal
import socket
import subprocess
import threading
import time
import unittest

import server
from server import Case

thompson = {"randomisation": {"approach": "binaryThompson", "processing_window": 0, "processing_count": 0}}
two_offers = [{"offer": "a"}, {"offer": "b", "price": 2.5}]


class Starting(Case):
    def test_an_empty_directory_is_ready_quickly(self):
        seconds = sorted(self.server(data=f"data{i}", start=False).start() for i in range(5))
        self.report(f"ready after {1000 * seconds[2]:.0f} ms (median of 5; slowest {1000 * seconds[-1]:.0f} ms)")
        self.assertLess(seconds[0], 2)  # a busy machine may stop any start for long, hardly all five

    def test_a_second_process_on_the_same_directory_is_refused(self):
        first = self.server()
        second = server.run("serve", "--data", first.data, "--listen", f"127.0.0.1:{server.free_port()}")
        self.assertRefusedInOneLine(second, str(first.data))
        self.assertEqual(first.call("GET", "/ready").status, 200)

    def test_a_port_in_use_is_refused(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            address = f"127.0.0.1:{taken.getsockname()[1]}"
            self.assertRefusedInOneLine(server.run("serve", "--data", self.directory / "d", "--listen", address), address)
        first = self.server()
        other = server.run("serve", "--data", self.directory / "other", "--listen", f"127.0.0.1:{first.port}")
        self.assertRefusedInOneLine(other, str(first.port))

    def test_a_lock_left_by_a_killed_process_does_not_keep_the_next_out(self):
        first = self.server()
        first.kill()
        first.start()
        self.assertEqual(first.stop(), 0)

    def test_a_directory_that_cannot_be_made_is_refused(self):
        file = self.file("file", "")
        self.assertRefusedInOneLine(server.run("serve", "--data", file / "data"), str(file))

    def test_a_database_that_is_none_is_refused(self):
        (self.directory / "data").mkdir()
        (self.directory / "data" / "proffer.db").write_bytes(b"no database at all" * 1000)
        done = server.run("serve", "--data", self.directory / "data", "--listen", f"127.0.0.1:{server.free_port()}")
        self.assertRefusedInOneLine(done, "proffer.db")


class Stopping(Case):
    def test_sigterm_exits_0_and_a_restart_keeps_everything(self):
        target = self.server()
        target.define("men", thompson, two_offers)
        answers = [target.decide("men", f"customer {i}", 2) for i in range(20)]
        for answer in answers[::3]:
            target.respond(answer["uuid"], "a")
        paths = ["/api/v1/campaigns/men", "/api/v1/decisions?campaign=men&view=flatten",
                 "/api/v1/decisions?campaign=men", f"/api/v1/decisions/{answers[3]['uuid']}"]
        before, arms = [target.good("GET", path) for path in paths], target.arms("men")
        for number in (signal.SIGTERM, signal.SIGINT):
            target.process.send_signal(number)
            self.assertEqual(target.process.wait(10), 0)
            self.assertFalse((target.data / "proffer.sock").exists())
            target.start()
            self.assertEqual([target.good("GET", path) for path in paths], before)
            self.assertEqual(target.arms("men"), arms)
        self.assertEqual(target.good("GET", f"/api/v1/decisions/{answers[3]['uuid']}/replay")["differences"], [])

    def test_sigterm_finishes_an_open_import(self):
        rows = [{"customer_id": str(i), "offer": "a", "datetime": "2024-05-01T10:00:00Z"} for i in range(10_000)]
        body = json.dumps(rows)
        for attempt in range(6):
            target = self.server(data=f"data{attempt}")
            target.define("men", thompson, two_offers)
            connection = http.client.HTTPConnection("127.0.0.1", target.port, timeout=30)
            connection.request("POST", "/api/v1/campaigns/men/decisions", body, {"Content-Type": "application/json"})
            time.sleep(0.03 * 3**attempt)  # until it has been read, which a busy machine may do late
            target.process.send_signal(signal.SIGTERM)
            try:
                answer = connection.getresponse()
            except (http.client.HTTPException, OSError):
                continue  # the end came before the request
            self.assertEqual((answer.status, json.loads(answer.read())["decisions"]), (200, 10_000))
            self.assertEqual(target.process.wait(30), 0)
            target.start()
            contacts = {arm["optionKey"]: arm["contacts"] for arm in target.arms("men")}
            return self.assertEqual(contacts, {"a": 10_000, "b": 0})
        self.fail("no import was finished")

    def test_sigterm_under_load_loses_no_answer_that_began(self):
        target = self.server()
        target.define("men", thompson, two_offers)
        answered, broken = [], []

        def ask():
            try:
                while True:
                    answered.append(target.decide("men")["uuid"])
            except http.client.IncompleteRead as cut:
                broken.append(cut)
            except (OSError, http.client.HTTPException):
                pass  # closed between two requests, or no longer listening

        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        time.sleep(0.5)
        self.assertEqual(target.stop(), 0)
        for thread in threads:
            thread.join()
        self.assertEqual(broken, [])
        target.start()
        logged = {row["uuid"] for row in target.decisions(campaign="men", view="flatten")}
        self.assertEqual(set(answered) - logged, set())
        self.assertGreater(len(answered), 100)

    def test_an_idle_connection_does_not_delay_the_end(self):
        target = self.server()
        with target.raw():
            began = time.monotonic()
            self.assertEqual(target.stop(), 0)
            self.assertLess(time.monotonic() - began, 5)


class Configuring(Case):
    # name → values that differ from each other and from the default, as text
    values = {"durability": ("os",), "threads": ("2", "3", "1"), "default-campaign": ("x", "y", "z"),
              "any-campaign": ("x", "y", "z"), "dev": ("true",), "body-limit-decisions": ("2048", "4096", "8192"),
              "body-limit-offers": ("2048", "4096", "8192"), "body-limit-train": ("2048", "4096", "8192"),
              "prior-min-projects": ("2", "4", "5"),
              "rate-limit": ("1000", "2000.5", "3000"),
              "generative-url": ("http://a/v1", "http://b/v1", "http://c/v1"), "generative-model": ("x", "y", "z"),
              "generative-timeout-ms": ("100", "200", "300"), "log-level": ("debug", "error", "warn"),
              "log-days": ("10", "20", "30"), "on-store-loss": ("spool",), "spool-mib": ("1", "2", "3")}
    # those that would bring the server elsewhere, are lists, or are never shown
    others = ["data", "store", "listen", "servers", "generative-key", "cassandra", "cassandra-user", "cassandra-password"]

    def configured(self, flags=(), variables=None, file=None):
        """What GET /config shows, asked through a key that allows it where there is one."""
        arguments = [*flags, *(["--config", str(self.file("proffer.toml", file))] if file is not None else [])]
        target = self.server(*arguments, data=f"d{time.monotonic_ns()}", start=False, variables=variables)
        target.start()
        config = target.good("GET", "/config", headers={"Authorization": "Bearer sk_dev"})
        target.stop()
        return config

    @staticmethod
    def in_toml(name, text):
        plain = text in ("true", "false") or re.fullmatch(r"[0-9.]+", text)
        return f"{name.replace('-', '_')} = {text if plain else json.dumps(text)}\n"

    @staticmethod
    def in_environment(name, text):
        return {"PROFFER_" + name.replace("-", "_").upper(): text}

    @staticmethod
    def as_flags(name, text):
        return ["--dev"] if name == "dev" else [f"--{name}", text]

    def merged(self, give, index):
        return [give(name, texts[min(index, len(texts) - 1)]) for name, texts in self.values.items()]

    def expected(self, index):
        return {name.replace("-", "_"): texts[min(index, len(texts) - 1)] for name, texts in self.values.items()}

    def test_every_option_is_a_flag_a_toml_key_and_a_variable_in_this_order_of_strength(self):
        file = "".join(self.merged(self.in_toml, 0))
        variables = {name: text for one in self.merged(self.in_environment, 1) for name, text in one.items()}
        flags = [word for words in self.merged(self.as_flags, 2) for word in words]
        for index, given in enumerate(({"file": file}, {"file": file, "variables": variables},
                                       {"file": file, "variables": variables, "flags": flags})):
            config = self.configured(**given)
            self.assertEqual(set(config), {name.replace("-", "_") for name in [*self.values, *self.others]})
            self.assertEqual({name: config[name] for name in self.expected(index)}, self.expected(index))

    def test_data_and_listen_come_from_everywhere_too(self):
        given = {"TOML": ({}, lambda data, listen: f"data = '{data}'\nlisten = ['{listen}']\n"),
                 "variable": ({"PROFFER_DATA": "{data}", "PROFFER_LISTEN": "{listen}"}, None)}
        for how, (variables, file) in given.items():
            data, port = self.directory / how, server.free_port()
            values = {"data": str(data), "listen": f"127.0.0.1:{port}"}
            flags = ["--config", str(self.file("p.toml", file(**values)))] if file else []
            process = subprocess.Popen([server.binary, "serve", *flags], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                       cwd=self.directory, env=server.environment({k: v.format(**values) for k, v in variables.items()}))
            self.addCleanup(process.kill)
            self.wait_for(port)
            process.terminate()
            written, said = process.communicate(timeout=30)
            self.assertEqual((process.returncode, written), (0, b""), "what it logs goes to standard error")
            self.assertIn(values["listen"], said.decode(), how)
            self.assertTrue((data / "proffer.db").exists(), how)

    def wait_for(self, port):
        for _ in range(1000):
            try:
                return socket.create_connection(("127.0.0.1", port), 1).close()
            except OSError:
                time.sleep(0.01)
        self.fail(f"nobody listens on {port}")

    def test_several_addresses_are_listened_on(self):
        second = server.free_port()
        target = self.server("--listen", f"127.0.0.1:{second}")
        target.port = second
        self.assertEqual(target.call("GET", "/ready").status, 200)

    def test_what_is_no_option_is_refused_in_one_line(self):
        self.assertRefusedInOneLine(server.run("serve", "--frobnicate"), "--frobnicate")
        self.assertRefusedInOneLine(server.run("frobnicate"), "")
        self.assertRefusedInOneLine(server.run("serve", "--threads", "many"), "--threads", "many")
        self.assertRefusedInOneLine(server.run("serve", "--listen", "nowhere", directory=self.directory), "nowhere")
        self.assertFalse((self.directory / "proffer-data").exists())
        self.assertRefusedInOneLine(server.run("serve", variables={"PROFFER_DURABILITY": "hope"}), "PROFFER_DURABILITY", "fsync", "hope")
        self.assertRefusedInOneLine(server.run("serve", "--config", self.directory / "none.toml"), "none.toml")

    def test_a_toml_file_is_refused_with_its_line(self):
        for text, line, part in (("# ours\n\nthraeds = 3\n", 3, "thraeds"), ("threads = 2\nrate_limit = 'x'\n", 2, "rate_limit"),
                                 ("threads = 2\n\n\ndata = = 3\n", 4, ""), ("[server]\nthreads = 2\n", 1, "server")):
            done = server.run("serve", "--config", self.file("proffer.toml", text), directory=self.directory)
            self.assertRefusedInOneLine(done, "proffer.toml", f"line {line}", part)


if __name__ == "__main__":
    unittest.main()
