#!/usr/bin/env bash
# Trains a model of scoring over HTTP on a table, with the whole search, and scores another one row by row.
#
#   script/bench scoring --train FILE --test FILE --positive TEXT [--separator C] [--header] [--budget N] [--peer]
#                        [--plain] [--picture FILE]
#
# Tables as for script/bench boosting. --peer: Optuna and CatBoost search the same space on the same tables afterwards, with
# --plain without CatBoost's combinations of categories.
# --picture draws how probabilities and what happened agree on the test rows.
set -euo pipefail
python=$("$(dirname "$0")/../script/oracle" peers)
exec "$python" "$(dirname "$0")/scoring.py" "$@"
