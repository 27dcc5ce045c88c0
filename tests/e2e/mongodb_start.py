"""A MongoDB that cannot be used: one clear line at the start, soon, and never a credential in it."""

import pathlib
import subprocess
import sys
import time

import server as proffer

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from components.component import Component  # noqa: E402

QUICK = "serverSelectionTimeoutMS=1500&connectTimeoutMS=1000&socketTimeoutMS=1000"


class Start(proffer.Case):
    def refusal(self, address, *parts):
        """What serve says, and a subcommand, the address given by a flag and by the variable."""
        data = str(self.directory / "data")
        serve = ["serve", "--listen", f"127.0.0.1:{proffer.free_port()}", "--data", data]
        for arguments, variables in (([*serve, "--store", address], {}), (serve, {"PROFFER_STORE": address})):
            began = time.monotonic()
            done = subprocess.run([proffer.binary, *arguments], capture_output=True, text=True, timeout=60,
                                  env=proffer.environment(variables), check=False)
            self.assertLess(time.monotonic() - began, 15)
            self.assertEqual(done.returncode, 1, done)
            self.assertRefusedInOneLine(done, *parts)
            self.assertNotIn("hunter2", done.stdout + done.stderr)

    def test_an_address_that_is_none(self):
        self.refusal("mongodb://ann:hunter2@", "not an address of a MongoDB")
        self.refusal("mongodb://ann:hun/ter2@db1:1:2", "not an address of a MongoDB")

    def test_a_typing_error_in_an_option(self):
        self.refusal("mongodb://ann:hunter2@db1/?tsl=true", "an option that is not known: tsl")

    def test_nobody_answers(self):
        self.refusal(f"mongodb://ann:hunter2@127.0.0.1:{proffer.free_port()}/?{QUICK}", "no MongoDB answers at 127.0.0.1:")
        self.refusal(f"mongodb://ann:hunter2@no-such-host.invalid/?{QUICK}", "no-such-host.invalid")

    def test_a_server_that_takes_connections_and_says_nothing(self):
        with Component("mongo") as mongo:
            mongo.pause()
            self.refusal(f"{mongo.address}/?{QUICK}", "no MongoDB answers at 127.0.0.1:")
            mongo.resume()

    def test_a_user_that_the_server_does_not_take(self):
        with Component("mongo") as mongo:
            self.refusal(f"{mongo.address.replace('://', '://ann:hunter2@')}/?{QUICK}", "refuses the user or the password")
