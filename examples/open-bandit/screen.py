"""What the demo prints: steps, tables, a progress bar."""

import math
import os
import sys
import threading
import time

on_terminal = sys.stdout.isatty()
coloured = on_terminal and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"


def styled(code, text):
    return f"\x1b[{code}m{text}\x1b[0m" if coloured else text


def bold(text):
    return styled("1", text)


def dim(text):
    return styled("2", text)


def green(text):
    return styled("32", text)


def title(text):
    print(f"\n{bold(text)}\n")


def step(name, text):
    print(f"{bold(f'{name:<10}')}{text}", flush=True)


def more(text=""):
    print(f"{'':<10}{text}", flush=True)


def percent(rate):
    return f"{100 * rate:.2f} %"


def table(head, rows):
    """The first column to the left, numbers to the right. A row of None is a gap."""
    shown = [row for row in rows if row is not None]
    widths = [max(len(row[i]) for row in [head, *shown]) for i in range(len(head))]

    def line(row):
        first, *others = (text.ljust(w) if i == 0 else text.rjust(w) for i, (text, w) in enumerate(zip(row, widths)))
        return "   ".join([first, *others])

    more()
    more(dim(line(head)))
    for row in rows:
        more(line(row) if row is not None else dim("…"))
    more()


class Progress:
    """One line that is drawn again and again on a terminal; elsewhere ten lines in all."""

    width = 30

    def __init__(self, total):
        self._total = total
        self._done = 0
        self._began = time.monotonic()
        self._drawn = 0.0
        self._tenths = 0
        self._lock = threading.Lock()

    def advance(self):
        with self._lock:
            self._done += 1
            now = time.monotonic()
            if on_terminal and (now - self._drawn > 0.05 or self._done == self._total):
                self._drawn = now
                print("\r" + self._line(now), end="\n" if self._done == self._total else "", flush=True)
            elif not on_terminal and 10 * self._done // self._total > self._tenths:
                self._tenths = 10 * self._done // self._total
                print(self._line(now), flush=True)

    def _line(self, now):
        full = self.width * self._done // self._total
        bar = green("█" * full) + dim("░" * (self.width - full))
        rate = self._done / max(now - self._began, 1e-9)
        return f"{'':<10}{bar}  {self._done:>6,} of {self._total:,} visitors   {rate:,.0f} a second "


def wilson(hits, trials):
    """95 % interval of a rate that is right for few hits too. Wilson (1927), as in Brown, Cai, DasGupta (2001), eq. 4."""
    if trials == 0:
        return 0.0, 1.0
    z = 1.959964
    rate = hits / trials
    centre = (rate + z * z / (2 * trials)) / (1 + z * z / trials)
    half = z / (1 + z * z / trials) * math.sqrt(rate * (1 - rate) / trials + z * z / (4 * trials * trials))
    return max(0.0, centre - half), min(1.0, centre + half)
