"""Models of the real CatBoost predict the same here, with features of the same importance and Shapley values; models written here, and
models trained here, predict the same there.

Needs the virtual environment that script/oracle makes; run with its interpreter: run.py DIRECTORY-OF-THE-PROGRAMS"""

import json
import math
import pathlib
import subprocess
import sys
import tempfile

import catboost
import numpy

TOLERANCE = 1e-9
IMPORTANCE_TOLERANCE = 1e-6  # of 100
SHAP_TOLERANCE = 1e-6
ROWS = 400


def table(seed, numbers, categories, missing=0.0, classes=2):
    """Rows of numbers and texts, and a target that depends on both."""
    chance = numpy.random.default_rng(seed)
    rows, targets = [], []
    for _ in range(ROWS):
        values = [None if chance.random() < missing else float(numpy.float32(chance.normal())) for _ in range(numbers)]
        texts = [f"value {int(chance.integers(0, size))}" * (1 + i * 3) for i, size in enumerate(categories)]
        score = sum(v or 1.0 for v in values) + sum(len(t) % 7 + int(t[6]) for t in texts) * 0.3 + chance.normal()
        rows.append(values + texts)
        targets.append(score)
    order = numpy.argsort(numpy.argsort(targets))
    return rows, targets, [int(rank * classes // ROWS) for rank in order]


# Name: numbers, sizes of the categories, share of missing numbers, parameters.
CASES = {
    "numbers": (5, [], 0, {}),
    "numbers, depth 10": (5, [], 0, {"depth": 10}),
    "numbers, depth 1": (2, [], 0, {"depth": 1}),
    "many borders": (3, [], 0, {"border_count": 1000, "iterations": 60}),
    "missing as the smallest": (4, [], 0.2, {"nan_mode": "Min"}),
    "missing as the largest": (4, [], 0.2, {"nan_mode": "Max"}),
    "one-hot": (2, [2, 5, 9], 0, {"one_hot_max_size": 10}),
    "ordered, one-hot and statistics": (3, [2, 8, 6], 0.1, {"boosting_type": "Ordered"}),
    "statistics, simple": (2, [7, 12], 0, {"max_ctr_complexity": 1}),
    "statistics, combined": (2, [5, 8, 9, 2], 0.1, {"max_ctr_complexity": 4, "iterations": 60}),
    "borders": (1, [7, 12], 0, {"simple_ctr": ["Borders:Prior=0.3:Prior=2"], "combinations_ctr": ["Borders"]}),
    "buckets": (1, [7, 12], 0, {"simple_ctr": ["Buckets"], "combinations_ctr": ["Buckets"]}),
    "means": (1, [7, 12], 0, {"simple_ctr": ["BinarizedTargetMeanValue"], "combinations_ctr": ["BinarizedTargetMeanValue"]}),
    "counters": (1, [7, 12], 0, {"simple_ctr": ["Counter"], "combinations_ctr": ["Counter"]}),
    "counters of training rows": (1, [7, 12], 0, {"simple_ctr": ["Counter"], "counter_calc_method": "SkipTest"}),
    "several kinds": (2, [7, 12, 4], 0, {"simple_ctr": ["Borders", "Counter", "Buckets", "BinarizedTargetMeanValue"],
                                        "combinations_ctr": ["Borders", "Counter"], "iterations": 60}),
    "squares": (4, [], 0, {"loss_function": "RMSE"}),
    "squares with statistics": (2, [7, 12], 0.1, {"loss_function": "RMSE"}),
    "squares with borders of the target": (2, [7, 12], 0, {"loss_function": "RMSE",
                                                         "simple_ctr": ["Borders:TargetBorderCount=4", "Buckets:TargetBorderCount=3"]}),
}


def trained(seed, numbers, sizes, missing, parameters):
    rows, targets, classes = table(seed, numbers, sizes, missing)
    categories = list(range(numbers, numbers + len(sizes)))
    parameters = {"iterations": 30, "depth": 5, "loss_function": "Logloss", "thread_count": 2, "random_seed": seed,
                  "logging_level": "Silent", "allow_writing_files": False, **parameters}
    model = catboost.CatBoost(parameters)
    pool = catboost.Pool(rows, targets if parameters["loss_function"] == "RMSE" else classes, cat_features=categories)
    model.fit(pool)
    unseen, _, _ = table(seed + 1000, numbers, [size + 2 for size in sizes], missing)
    return model, pool, rows + unseen, categories


def largest_difference(ours, theirs):
    return max(abs(a - b) for a, b in zip(ours, theirs, strict=True))


def check(apply_model, folder, seed, case):
    model, pool, rows, categories = trained(seed, *case)
    model.save_model(str(folder / "model.json"), format="json", pool=pool)
    (folder / "rows.json").write_text(json.dumps(rows))
    files = [folder / name for name in ("model.json", "rows.json", "back.json", "importances.json", "shap.json")]
    done = subprocess.run([apply_model, *files], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        return f"was refused: {done.stderr.strip()}"
    theirs = model.predict(catboost.Pool(rows, cat_features=categories), prediction_type="RawFormulaVal")
    ours = [float(line) for line in done.stdout.split()]
    if (gap := largest_difference(ours, theirs)) > TOLERANCE or not all(map(math.isfinite, ours)):
        return f"scores differ by {gap}"
    shares = json.loads(files[3].read_text())
    if (gap := largest_difference(shares, model.get_feature_importance())) > IMPORTANCE_TOLERANCE:
        return f"importances differ by {gap}: {shares}, not {model.get_feature_importance()}"
    explanations = json.loads(files[4].read_text())
    first = catboost.Pool(rows[:len(explanations)], cat_features=categories)
    shap = model.get_feature_importance(first, type="ShapValues")
    if (gap := float(numpy.abs(numpy.array(explanations) - shap).max())) > SHAP_TOLERANCE:
        return f"Shapley values differ by {gap}"
    back = catboost.CatBoost()
    back.load_model(str(folder / "back.json"), format="json")
    again = back.predict(catboost.Pool(rows, cat_features=categories), prediction_type="RawFormulaVal")
    if (gap := largest_difference(again, theirs)) > TOLERANCE:
        return f"scores of what was written differ by {gap}"
    return None


# Name: numbers, sizes of the categories, share of missing numbers.
TRAINED_HERE = {
    "trained here on numbers": (5, [], 0.2),
    "trained here on one-hot categories": (2, [2, 4], 0),
    "trained here on statistics": (3, [9, 30, 3], 0.1),
}


def check_trained_here(programs, folder, seed, case):
    rows, _, classes = table(seed, *case)
    (folder / "rows.json").write_text(json.dumps([row + [label] for row, label in zip(rows, classes)]))
    done = subprocess.run([programs / "train_model", folder / "rows.json", folder / "model.json"], capture_output=True,
                          text=True, check=False)
    if done.returncode != 0:
        return f"was refused: {done.stderr.strip()}"
    model = catboost.CatBoost()
    model.load_model(str(folder / "model.json"), format="json")
    pool = catboost.Pool(rows, cat_features=list(range(case[0], case[0] + len(case[1]))))
    theirs = model.predict(pool, prediction_type="RawFormulaVal")
    if (gap := largest_difference([float(line) for line in done.stdout.split()], theirs)) > TOLERANCE:
        return f"scores differ by {gap}"
    correct = sum((score > 0) == (label == 1) for score, label in zip(theirs, classes))
    return None if correct > 0.75 * ROWS else f"only {correct} of {ROWS} rows are told apart"


def main():
    programs = pathlib.Path(sys.argv[1]).resolve()
    checks = [(name, check, programs / "apply_model", case) for name, case in CASES.items()]
    checks += [(name, check_trained_here, programs, case) for name, case in TRAINED_HERE.items()]
    failed = 0
    for seed, (name, function, program, case) in enumerate(checks):
        with tempfile.TemporaryDirectory() as folder:
            wrong = function(program, pathlib.Path(folder), seed, case)
        print(f"{'FAILED' if wrong else 'ok'}: {name}{': ' + wrong if wrong else ''}", flush=True)
        failed += wrong is not None
    print(f"{len(checks) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
