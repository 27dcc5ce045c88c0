"""Trains and asks a server for scores over HTTP; see scoring.sh."""

import argparse
import http.client
import json
import os
import pathlib
import random
import subprocess
import tempfile
import time

from sklearn import metrics

import boosting
import measure
from regret_pictures import BLUE, INK, PALE, Drawing

PATH = "/api/v1/builtin-agents/ml/bench/scoring/"
HEADERS = {"Authorization": "Bearer sk_dev", "Content-Type": "application/json"}
BINS = 10


def features_of(row, numeric):
    return {f"f{c:02}": (float(cell) if cell else None) if c in numeric else cell for c, cell in enumerate(row[:-1])}


def call(connection, action, body):
    connection.request("POST", PATH + action, body, HEADERS)
    answer = connection.getresponse()
    text = answer.read()
    if answer.status != 200:
        measure.fail(f"{action}: {answer.status} {text[:300]!r}")
    return json.loads(text)


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) * measure.TICK


def bins_of(scores, labels):
    """Of each interval of probability with rows: rows, mean probability, share of positives."""
    out = []
    for b in range(BINS):
        inside = [i for i, score in enumerate(scores) if min(int(score * BINS), BINS - 1) == b]
        if inside:
            out.append((len(inside), sum(scores[i] for i in inside) / len(inside), sum(labels[i] for i in inside) / len(inside)))
    return out


def quality(scores, labels):
    ece = sum(n * abs(p - y) for n, p, y in bins_of(scores, labels)) / len(scores)
    return {"auc": round(metrics.roc_auc_score(labels, scores), 5), "logloss": round(metrics.log_loss(labels, scores), 5),
            "brier": round(metrics.brier_score_loss(labels, scores), 5), "ece": round(ece, 5)}


def draw(path, bins, rows):
    """Probability to the right, what happened upward; a dot a bin, the better the nearer to the diagonal."""
    left, top, size = 290, 60, 340
    drawing = Drawing(top + size + 60, "Reliability", f"Of {rows} rows, by predicted probability, the share that was positive.")
    drawing.text(left, 30, f"Predicted probability and what happened, {rows:,} rows", size=14, weight="bold")
    for tenth in range(0, 11, 2):
        at = tenth * size / 10
        drawing.line(left, top + size - at, left + size, top + size - at)
        drawing.line(left + at, top, left + at, top + size)
        drawing.text(left - 8, top + size - at + 4, f"{tenth * 10} %", "end", 11)
        drawing.text(left + at, top + size + 18, f"{tenth * 10} %", "middle", 11)
    drawing.line(left, top + size, left + size, top, INK, 1, "4 4")
    points = [(left + p * size, top + size - y * size) for _, p, y in bins]
    drawing.path(points, BLUE)
    for (n, _, _), (x, y) in zip(bins, points):
        drawing.dot(x, y, BLUE)
        drawing.text(x + 8, y + 14, f"{n:,}", size=10)
    drawing.text(left + size / 2, top + size + 42, "predicted probability", "middle")
    drawing.text(left - 60, top + size / 2, "share of positives", "middle", turn=-90)
    drawing.save(pathlib.Path(path))


def ours(train, test, numeric, options):
    with tempfile.TemporaryDirectory() as folder:
        port = measure.free_port()
        server = subprocess.Popen([measure.ROOT / "build/release/proffer", "serve", "--dev", "--data", f"{folder}/data", "--listen",
                                   f"127.0.0.1:{port}", "--log-level", "error"])
        try:
            measure.wait_for_port(port, 10)
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=3600)
            body = json.dumps({"rows": [{"features": features_of(row, numeric), "label": int(row[-1])} for row in train],
                               "optimize_budget": options.budget})
            began, cpu = time.monotonic(), cpu_seconds(server.pid)
            told = call(connection, "train", body)
            seconds, cpu = time.monotonic() - began, cpu_seconds(server.pid) - cpu
            peak = next(int(line.split()[1]) for line in open(f"/proc/{server.pid}/status") if line.startswith("VmHWM"))
            scores, waits, asked = [], [], cpu_seconds(server.pid)
            for row in test:
                body = json.dumps({"features": features_of(row, numeric)})
                began = time.monotonic()
                scores.append(call(connection, "predict", body)["score"])
                waits.append(time.monotonic() - began)
            asked = cpu_seconds(server.pid) - asked
        finally:
            server.terminate()
            server.wait()
    labels = [int(row[-1]) for row in test]
    if options.picture:
        draw(options.picture, bins_of(scores, labels), len(labels))
    waits.sort()
    return {"who": "proffer", "trials": told["trials"], "seconds": round(seconds, 1), "cpu_seconds": round(cpu, 1),
            "peak_mib": peak // 1024, "told": {name: round(told[name], 5) for name in ("auc", "logloss", "brier", "ece")},
            "test": quality(scores, labels), "calibration": told["calibration_method"], "parameters": told["best_params"],
            "predict_p50_us": round(1e6 * waits[len(waits) // 2]), "predict_p99_us": round(1e6 * waits[len(waits) * 99 // 100]),
            "predict_cpu_us": round(1e6 * asked / len(test), 1)}


def theirs(train, test, numeric, options):
    import catboost
    import optuna
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    random.Random(1).shuffle(train)
    categories = [c for c in range(len(train[0]) - 1) if c not in numeric]

    def pool(rows):
        cells = [[float(cell or "nan") if c in numeric else cell for c, cell in enumerate(row[:-1])] for row in rows]
        return catboost.Pool(cells, [int(row[-1]) for row in rows], cat_features=categories)

    held_out, learned = pool(train[:len(train) // 5]), pool(train[len(train) // 5:])
    fixed = {"loss_function": "Logloss", "thread_count": os.cpu_count(), "verbose": 0, "allow_writing_files": False}
    if options.plain:
        fixed["max_ctr_complexity"] = 1
    best = {}

    def objective(trial):
        parameters = {**fixed, "iterations": 500, "learning_rate": trial.suggest_float("learning_rate", 0.02, 0.3, log=True),
                      "depth": trial.suggest_int("depth", 3, 8),
                      "l2_leaf_reg": trial.suggest_float("l2_leaf_reg", 1, 30, log=True),
                      "random_strength": trial.suggest_float("random_strength", 0.1, 10, log=True),
                      "subsample": trial.suggest_float("subsample", 0.5, 1), "rsm": trial.suggest_float("rsm", 0.3, 1),
                      "one_hot_max_size": trial.suggest_categorical("one_hot_max_size", [2, 8, 32])}
        model = catboost.CatBoost(parameters)
        model.fit(learned, eval_set=held_out, early_stopping_rounds=30)
        loss = model.get_best_score()["validation"]["Logloss"]
        if not best or loss < best["loss"]:
            best.update(loss=loss, parameters={**parameters, "iterations": model.get_best_iteration() + 1})
        return loss

    began = time.monotonic()
    optuna.create_study(sampler=optuna.samplers.TPESampler(seed=1)).optimize(objective, n_trials=options.budget)
    searched = time.monotonic() - began
    model = catboost.CatBoost(best["parameters"])
    model.fit(pool(train))
    scores = model.predict(pool(test), prediction_type="Probability")[:, 1].tolist()
    return {"who": "optuna and catboost", "trials": options.budget, "search_seconds": round(searched, 1),
            "seconds": round(time.monotonic() - began, 1), "test": quality(scores, [int(row[-1]) for row in test])}


def main():
    parser = argparse.ArgumentParser(prog="script/bench scoring")
    for name in ("--train", "--test", "--positive"):
        parser.add_argument(name, required=True)
    parser.add_argument("--separator", default=",")
    parser.add_argument("--picture")
    parser.add_argument("--budget", type=int, default=40)
    parser.add_argument("--header", action="store_true")
    parser.add_argument("--peer", action="store_true")
    parser.add_argument("--plain", action="store_true", help="without CatBoost's combinations of categories")
    options = parser.parse_args()
    train, test = boosting.rows_of(options.train, options), boosting.rows_of(options.test, options)
    numeric = {c for c in range(len(train[0]) - 1) if all(boosting.is_number(row[c]) for row in train)}
    print(json.dumps(ours(train, test, numeric, options)), flush=True)
    if options.peer:
        print(json.dumps(theirs(train, test, numeric, options)))


if __name__ == "__main__":
    main()
