"""Whatever comes in: a clear refusal or a closed connection, a server that stays well, and nothing written."""

import http.client
import json
import os
import random
import socket
import threading
import time
import unittest

from server import Case

posts = ("/invocations", "/invocate", "/response", "/responseResult", "/learning", "/api/v1/campaigns/men/offers",
         "/api/v1/campaigns/men/decisions", "/api/v1/keys")
gets = ("/refresh", "/campaigns", "/health", "/ready", "/ping", "/config", "/metrics", "/api/v1/campaigns",
        "/api/v1/campaigns/men/options", "/api/v1/decisions", "/openapi.json", "/docs")
wrong_values = [None, True, -1, 2.5, 1e300, "", "x" * 5000, [], [[]], {}, {"a": {"b": 1}}, "\u0000", "😀", 2**70]


class Rubbish(Case):
    def setUp(self):
        super().setUp()
        self.target = self.server("--body-limit-offers", "1000000")
        self.target.define("men", {"randomisation": {"approach": "binaryThompson"}}, [{"offer": "a"}, {"offer": "b"}])
        self.known = self.target.decide("men", count=2)["uuid"]
        self.before = self.everything()

    def everything(self):
        return (self.target.arms("men"), list(self.target.decisions(campaign="men")), self.target.good("GET", "/api/v1/campaigns"),
                self.target.good("GET", "/api/v1/keys"))

    def assertUnharmed(self):
        self.assertIsNone(self.target.process.poll(), self.target.said())
        self.assertEqual(self.target.call("GET", "/health").status, 200)
        self.assertEqual(self.everything(), self.before)

    def refused(self, method, path, body=None, headers=None, statuses=range(400, 500)):
        answer = self.target.call(method, path, body, headers)
        self.assertProblem(answer, *statuses)
        return answer

    def test_bodies_that_are_not_json(self):
        deep = b'{"campaign": "men", "in_param": ' + b'[' * 100_000 + b']' * 100_000 + b'}'
        for body in (b"", b"{", b"nonsense", b'{"a": 1} {"b": 2}', b'{"customer": "\xff\xfe"}', b"\x00" * 100, b"[" * 100_000, deep,
                     b'{"a": 1e}', b'{"customer": "\\ud800"}', b'{"a": NaN}', b"\xef\xbb\xbf", os.urandom(5000)):
            for path in posts:
                if path != "/learning":
                    with self.subTest(path=path, body=body[:40]):
                        self.refused("POST", path, body, statuses=(400, 422))
            self.refused("PUT", "/api/v1/campaigns/men", body, statuses=(400, 422))
        self.assertUnharmed()

    def test_values_of_wrong_types(self):
        fields = {"/invocations": ({"campaign": "men"}, ("campaign", "customer", "numberoffers", "in_param", "params", "mab", "eligible_offers")),
                  "/response": ({"uuid": self.known, "offers_accepted": ["a"]}, ("uuid", "offers_accepted"))}
        refusals = 0
        for path, (body, names) in fields.items():
            for name in names:
                for value in wrong_values:
                    with self.subTest(path=path, name=name, value=value):
                        answer = self.target.call("POST", path, {"dry_run": True, **body, name: value})
                        if answer.status != 200:
                            self.assertProblem(answer, 404, 422)
                            refusals += 1
        self.assertGreater(refusals, 50)
        for body in ([], "x", 3, None, True):
            self.refused("POST", "/invocations", json.dumps(body).encode(), statuses=(422,))
        self.assertUnharmed()

    def test_campaigns_offers_and_imports_that_are_wrong(self):
        for body in ({"randomisation": {"approach": "magic"}}, {"randomisation": {"epsilon": 2}}, {"randomisation": []}, {"time_zone": "Mars"}):
            self.refused("PUT", "/api/v1/campaigns/men", body, statuses=(422,))
            self.refused("PUT", "/api/v1/campaigns/new", body, statuses=(422,))
        for body in ([{"offer": "a"}, {"offer": "a"}], [{}], [{"offer": 1.5, "price": "x"}], [3], {"offer": []}):
            self.refused("PUT", "/api/v1/campaigns/men/offers", body, statuses=(422,))
        for body in ([{"offer": "none", "datetime": "2024-05-01T10:00:00Z"}], [{"offer": "a"}], [{"offer": "a", "datetime": "soon"}],
                     [{"offer": "a", "datetime": "2024-05-01T10:00:00Z"}, {"offer": "a", "datetime": "2024-05-01T10:00:00Z", "accepted": 7}]):
            self.refused("POST", "/api/v1/campaigns/men/decisions", body, statuses=(422,))
        for name in ("a b", "%00", "x" * 101, "..%2f..", "%ff"):
            self.refused("PUT", f"/api/v1/campaigns/{name.replace(' ', '%20')}", {}, statuses=(400, 404, 422))
        self.assertUnharmed()

    def test_bodies_past_the_limit(self):
        self.refused("POST", "/invocations", b'{"customer": "' + b"x" * (2 << 20) + b'"}', statuses=(413,))
        self.refused("PUT", "/api/v1/campaigns/men/offers", b"[" + b" " * 1_000_000 + b"]", statuses=(413,))
        with self.target.raw() as connection:  # said, not sent
            connection.sendall(b"POST /invocations HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n")
            self.assertTrue(connection.recv(4096).startswith(b"HTTP/1.1 413 "))
        self.assertUnharmed()

    def test_methods_and_types_that_do_not_fit(self):
        for path in posts:
            if path not in ("/learning", "/api/v1/keys"):
                self.refused("DELETE", path, statuses=(405,))
        for path in gets:
            self.assertIn("GET", self.refused("PATCH", path, b"{}", statuses=(405,)).headers["Allow"])
        self.refused("PUT", "/api/v1/campaigns/men/offers", b"<offers/>", {"Content-Type": "text/xml"}, statuses=(415,))
        for path in ("/", "/nothing", "/api/v1/campaigns/men/nothing", "/api/v1/decisions/no-uuid", "/%2e%2e/etc/passwd"):
            self.refused("GET", path, statuses=(404,))
        for query in ("limit=0", "limit=x", "from=yesterday", "after=-1", "view=all"):
            self.refused("GET", f"/api/v1/decisions?{query}", statuses=(422,))
        self.assertUnharmed()

    def told(self, data, close=False):
        """What comes back for these bytes, until the server closes or says nothing for a second."""
        with self.target.raw(timeout=1) as connection:
            received = b""
            try:
                connection.sendall(data)
                if close:
                    connection.shutdown(socket.SHUT_WR)
                while part := connection.recv(65536):
                    received += part
            except OSError:
                pass
            return received

    def test_requests_that_are_not_http(self):
        for data in (b"\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" * 10,
                     b"GET /health HTTP/1.1\r\n\r\n", b"GET /health HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n",
                     b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
                     b"GET /health HTTP/1.1\r\nHost: x\r\n" + b"X-A: b\r\n" * 5000 + b"\r\n",
                     b"POST /invocations HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
                     b"POST /invocations HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
                     b"POST /invocations HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
                     b"POST /invocations HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n"):
            with self.subTest(data=data[:60]):
                received = self.told(data, close=True)
                self.assertRegex(received[:13], rb"^(HTTP/1\.[01] [45]\d\d|$)")
        self.assertUnharmed()

    def test_random_bytes(self):
        seed = int(os.environ.get("SEED", time.time()))
        self.report(f"SEED={seed}")
        chance = random.Random(seed)
        whole = (b"POST /invocations HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 40\r\n\r\n"
                 b'{"campaign":"men","dry_run":true,"a":"b"}')
        for _ in range(300):
            data = bytearray(chance.randbytes(chance.randrange(1, 300)) if chance.random() < 0.3 else whole)
            for _ in range(chance.randrange(0, 6)):
                data[chance.randrange(len(data))] = chance.randrange(256)
            received = self.told(bytes(data), close=True)
            self.assertRegex(received[:13], rb"^(HTTP/1\.[01] [245]\d\d|$)")
        dry = [entry for entry in self.everything()[1] if entry not in self.before[1]]
        if dry:  # a changed byte may have made a real decision of it
            self.before = self.everything()
        self.assertUnharmed()

    def test_connections_that_are_cut_or_slow(self):
        start = b'POST /invocations HTTP/1.1\r\nHost: x\r\nContent-Length: 20\r\n\r\n{"campaign":"me'
        for length in range(0, len(start), 7):
            with self.target.raw() as connection:
                connection.sendall(start[:length])
        waiting = [self.target.raw() for _ in range(200)]
        for connection in waiting:
            connection.sendall(start[:30])
        began = time.monotonic()
        self.assertUnharmed()
        self.assertLess(time.monotonic() - began, 2, "slow clients do not hold others up")
        for connection in waiting:
            connection.settimeout(20)
            self.assertRegex(connection.recv(4096)[:12], rb"^(HTTP/1.1 408|$)")
            connection.close()
        self.report(f"a request that never ends was given up after {time.monotonic() - began:.1f} s")
        self.assertUnharmed()

    def test_rubbish_from_all_sides_while_others_are_served(self):
        end = threading.Event()

        def rubbish(seed):
            chance = random.Random(seed)
            while not end.is_set():
                try:
                    with self.target.raw(timeout=0.2) as connection:
                        connection.sendall(chance.randbytes(500))
                except OSError:
                    pass

        threads = [threading.Thread(target=rubbish, args=[i]) for i in range(4)]
        for thread in threads:
            thread.start()
        try:
            for _ in range(300):
                self.target.good("POST", "/invocations", {"campaign": "men", "dry_run": True})
        finally:
            end.set()
            for thread in threads:
                thread.join()
        self.assertUnharmed()


if __name__ == "__main__":
    unittest.main()
