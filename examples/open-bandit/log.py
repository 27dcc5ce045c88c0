"""The shop's log: what was shown to whom, with which probability, and whether it was clicked."""

import collections
import csv
import datetime
import gzip
import hashlib
import pathlib
import threading

here = pathlib.Path(__file__).resolve().parent
policies = ("random", "bts")
first_live_day = datetime.date(2019, 11, 29)  # Friday; the five days before it are history
features = tuple(f"user_feature_{i}" for i in range(4))


class Row:
    """One impression: one item, in one of three places, seen by one visitor."""

    def __init__(self, policy, columns):
        self.policy = policy
        self.time = datetime.datetime.fromisoformat(columns["timestamp"])
        self.item = columns["item_id"]
        self.place = int(columns["position"])
        self.clicked = columns["click"] == "1"
        self.propensity = float(columns["propensity_score"])
        # The hashed categories are 32 digits long; the first six tell them apart.
        self.features = {name: columns[name][:6] for name in features}

    @property
    def visitor(self):
        """The log names no visitors: those with the same features are one customer."""
        text = " ".join(self.features.values())
        return "visitor-" + hashlib.sha256(text.encode()).hexdigest()[:8]

    @property
    def kind(self):
        """The coarser features, shared by enough visitors that the log knows how they liked most items."""
        return tuple(self.features[name] for name in features[:2])

    def as_exposure(self):
        """The row of an import."""
        return {"customer_id": self.visitor, "offer": self.item, "datetime": self.time.isoformat(),
                "accepted": int(self.clicked), "rank": self.place, "slot_propensity": self.propensity,
                "channel": self.policy}


def read():
    """All rows of both policies, by time."""
    rows = []
    for policy in policies:
        with gzip.open(here / policy / "men" / "men.csv.gz", "rt", newline="") as file:
            rows += [Row(policy, columns) for columns in csv.DictReader(file)]
    return sorted(rows, key=lambda row: row.time)


def split(rows):
    """(history, live): live rows are those that the learner has not seen."""
    history = [row for row in rows if row.time.date() < first_live_day]
    return history, rows[len(history):]


def items(rows):
    return sorted({row.item for row in rows}, key=int)


class Outcomes:
    """What the log knows about showing an item to a kind of visitor. A row counts only where its item is the one shown,
    and only once. Which policy logged it does not matter: given the visitor and the item, the click does not depend on it."""

    def __init__(self, rows):
        self._rows = collections.defaultdict(collections.deque)
        self._lock = threading.Lock()
        for row in rows:
            self._rows[row.kind, row.item].append(row)

    def take(self, visitor, item):
        """The next unused row with this item and a visitor like this one; None when there is none."""
        with self._lock:
            rows = self._rows[visitor.kind, item]
            return rows.popleft() if rows else None
