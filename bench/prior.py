"""How well the global prior answers for a project that trained nothing; see prior.sh."""

import argparse
import collections
import http.client
import json
import subprocess
import tempfile
import time

from sklearn import metrics

import boosting
import measure
import scoring

ML = "/api/v1/builtin-agents/ml/"


class Server:
    """A server with a key for each project."""

    def __init__(self, folder, projects):
        binary = measure.ROOT / "build/release/proffer"
        self.keys = [subprocess.run([binary, "keys", "create", "--data", folder, "--project", f"p{i}", "--name", "bench", "--role", "admin"],
                                    check=True, capture_output=True, text=True).stdout.strip() for i in range(projects)]
        port = measure.free_port()
        self.process = subprocess.Popen([binary, "serve", "--data", folder, "--listen", f"127.0.0.1:{port}", "--log-level", "error"])
        measure.wait_for_port(port, 10)
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=3600)

    def call(self, project, path, body):
        headers = {"Authorization": f"Bearer {self.keys[project]}", "Content-Type": "application/json"}
        self.connection.request("POST", ML + path, json.dumps(body), headers)
        answer = self.connection.getresponse()
        return answer.status, json.loads(answer.read())

    def train(self, project, use_case, rows, numeric, budget):
        body = {"rows": [{"features": scoring.features_of(row, numeric), "label": int(row[-1])} for row in rows],
                "optimize_budget": budget}
        status, told = self.call(project, f"{use_case}/scoring/train", body)
        if status != 200:
            measure.fail(f"train: {status} {told}")
        return told

    def auc(self, project, use_case, rows, numeric):
        """With whose model it was."""
        scores, served = [], set()
        for row in rows:
            status, told = self.call(project, f"{use_case}/scoring/predict", {"features": scoring.features_of(row, numeric)})
            if status != 200:
                measure.fail(f"predict: {status} {told}")
            scores.append(told["raw"])
            served.add(told["served_from"])
        return round(metrics.roc_auc_score([int(row[-1]) for row in rows], scores), 5), served


def measured(train, test, numeric, options):
    names = [name for name, _ in collections.Counter(row[options.by] for row in train if row[options.by]).most_common(options.projects)]
    parts = [[row for row in train if row[options.by] == name] for name in names]
    unseen = [row for row in test if row[options.by] == names[-1]]
    with tempfile.TemporaryDirectory() as folder:
        server = Server(f"{folder}/data", options.projects + 1)
        try:
            for project, rows in enumerate(parts[:-1]):
                server.train(project, "lead", rows, numeric, options.budget)
            began = time.monotonic()
            # Jobs run one after the other. The last training asked for its prior before the first of these began, and
            # the second is behind that prior.
            for use_case in ("one", "two"):
                server.train(0, use_case, parts[0][:200], numeric, 1)
            waited = time.monotonic() - began
            prior, served = server.auc(options.projects - 1, "lead", unseen, numeric)
            if served != {"global"}:
                measure.fail(f"served from {served}")
            server.train(options.projects, "all", [row for rows in parts for row in rows], numeric, 20)
            every, _ = server.auc(options.projects, "all", unseen, numeric)
            server.train(options.projects - 1, "lead", parts[-1], numeric, 20)
            own, _ = server.auc(options.projects - 1, "lead", unseen, numeric)
        finally:
            server.process.terminate()
            server.process.wait()
    return {"projects": names[:-1], "unseen": names[-1], "rows": [len(rows) for rows in parts], "test_rows": len(unseen),
            "prior_auc": prior, "all_rows_auc": every, "own_auc": own, "prior_seconds": round(waited, 1)}


def main():
    parser = argparse.ArgumentParser(prog="script/bench prior")
    for name in ("--train", "--test", "--positive"):
        parser.add_argument(name, required=True)
    parser.add_argument("--by", type=int, required=True)
    parser.add_argument("--projects", type=int, default=6)
    parser.add_argument("--separator", default=",")
    parser.add_argument("--header", action="store_true")
    parser.add_argument("--budget", type=int, default=2, help="trials of the projects' own trainings")
    options = parser.parse_args()
    train, test = boosting.rows_of(options.train, options), boosting.rows_of(options.test, options)
    numeric = {c for c in range(len(train[0]) - 1) if all(boosting.is_number(row[c]) for row in train)}
    print(json.dumps(measured(train, test, numeric, options)), flush=True)


if __name__ == "__main__":
    main()
