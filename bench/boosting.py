"""Drives bench_boosting and the real CatBoost over one table; see boosting.sh."""

import argparse
import csv
import json
import pathlib
import subprocess
import sys
import tempfile
import time

import catboost
from sklearn import metrics

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = ROOT / "build/release/bench/bench_boosting"
THREADS = 2
DEPTH = 6


def rows_of(path, options):
    with open(path, newline="", encoding="utf-8") as file:
        rows = [[cell.strip() for cell in row] for row in csv.reader(file, delimiter=options.separator, skipinitialspace=True)]
    rows = [row for row in rows[1 if options.header else 0:] if len(row) > 1]
    return [row[:-1] + [str(int(row[-1].startswith(options.positive)))] for row in rows]


def is_number(text):
    try:
        float(text)
    except ValueError:
        return text == ""
    return True


def write(path, rows):
    path.write_text("".join(",".join(cell.replace(",", ";") for cell in row) + "\n" for row in rows), encoding="utf-8")


def ours(train, test, iterations, one_hot):
    done = subprocess.run([PROGRAM, train, test, str(iterations), str(DEPTH), str(THREADS), str(one_hot)], check=True,
                          capture_output=True, text=True)
    return json.loads(done.stdout)


def theirs(train, test, iterations, one_hot):
    categories = [c for c in range(len(train[0]) - 1) if not all(is_number(row[c]) for row in train)]

    def pool(rows):
        cells = [[cell if c in categories else float(cell or "nan") for c, cell in enumerate(row[:-1])] for row in rows]
        return catboost.Pool(cells, [int(row[-1]) for row in rows], cat_features=categories)

    learn, held_out = pool(train), pool(test)
    model = catboost.CatBoost({"iterations": iterations, "depth": DEPTH, "loss_function": "Logloss", "thread_count": THREADS,
                               "one_hot_max_size": one_hot, "max_ctr_complexity": 1, "verbose": 0,
                               "allow_writing_files": False})
    began = time.monotonic()
    model.fit(learn)
    seconds = time.monotonic() - began
    scores = model.predict(held_out, prediction_type="Probability")[:, 1]
    labels = [int(row[-1]) for row in test]
    return {"seconds": round(seconds, 3), "logloss": round(metrics.log_loss(labels, scores), 5),
            "auc": round(metrics.roc_auc_score(labels, scores), 5)}


def main():
    parser = argparse.ArgumentParser(prog="script/bench boosting")
    for name in ("--train", "--test", "--positive"):
        parser.add_argument(name, required=True)
    parser.add_argument("--separator", default=",")
    parser.add_argument("--header", action="store_true")
    parser.add_argument("--iterations", type=int, default=1000)
    options = parser.parse_args()
    train, test = rows_of(options.train, options), rows_of(options.test, options)
    with tempfile.TemporaryDirectory() as folder:
        files = [pathlib.Path(folder) / name for name in ("train.csv", "test.csv")]
        write(files[0], train)
        write(files[1], test)
        for name, one_hot in (("statistics", 2), ("one-hot", 254)):
            here = ours(*files, options.iterations, one_hot)
            there = theirs(train, test, options.iterations, one_hot)
            print(json.dumps({"name": name, "rows": len(train), "trees": options.iterations, "proffer": here, "catboost": there,
                              "seconds_ratio": round(here["seconds"] / there["seconds"], 3)}), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
