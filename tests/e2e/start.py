"""A log of a million decisions does not delay the start."""

import time
import unittest

from server import Case

decisions = 1_000_000
rows_a_call = 10_000
offers = [{"offer": f"offer-{i}"} for i in range(50)]
thompson = {"randomisation": {"approach": "binaryThompson", "processing_window": 0, "processing_count": 0}}


def call_body(number):
    """Rows of one import, as NDJSON; a tenth of them accepted."""
    lines = ('{"customer_id":"c%d","offer":"offer-%d","datetime":"2024-05-01T10:00:00Z","accepted":%d,"slot_propensity":0.02}'
             % (i % 9973, (i * 7 + number) % 50, i % 10 == 0) for i in range(rows_a_call))
    return "\n".join(lines).encode()


class Start(Case):
    def fill(self, target):
        began = time.monotonic()
        bodies = [call_body(number) for number in range(5)]
        for number in range(decisions // rows_a_call):
            target.good("POST", "/api/v1/campaigns/men/decisions", bodies[number % 5], {"Content-Type": "application/x-ndjson"})
        seconds = time.monotonic() - began
        size = sum(path.stat().st_size for path in target.data.iterdir())
        self.report(f"{decisions:,} decisions imported in {seconds:.1f} s ({decisions / seconds:,.0f} a second), {size / decisions:.0f} bytes each")

    def test_it_starts_within_a_second_on_a_million_decisions(self):
        target = self.server()
        target.define("men", thompson, offers)
        self.fill(target)
        arms = target.arms("men")
        self.assertEqual(sum(arm["contacts"] for arm in arms), decisions)
        self.assertEqual(sum(arm["accepted"] for arm in arms), decisions // 10)
        last = target.decide("men", "last")["uuid"]
        arms = target.arms("men")
        for how, end in (("SIGKILL", target.kill), ("SIGTERM", target.stop), ("SIGKILL again", target.kill)):
            end()
            seconds = target.start()
            self.report(f"ready {1000 * seconds:.0f} ms after a start that follows {how}")
            self.assertLess(seconds, 1)
            self.assertEqual(target.arms("men"), arms)
        began = time.monotonic()
        self.assertTrue(target.good("GET", f"/api/v1/decisions/{last}/replay")["reproduced"])
        self.report(f"replay of the last decision: {1000 * (time.monotonic() - began):.0f} ms")
        began = time.monotonic()
        target.good("POST", "/learning")
        self.report(f"recomputed from the log in {time.monotonic() - began:.1f} s")
        self.assertEqual(target.arms("men"), arms)


if __name__ == "__main__":
    unittest.main()
