#!/usr/bin/env bash
# Trains boosted trees on a table, and the real CatBoost beside it with the same parameters, one after the other.
#
#   script/bench boosting --train FILE --test FILE --positive TEXT [--separator C] [--header] [--iterations N]
#
# The last column is the target: positive where its text begins with TEXT. Neither table comes with Proffer; Adult and bank
# marketing of the UCI repository fit: --positive '>50K', and --positive yes --separator ';' --header.
set -euo pipefail
python=$("$(dirname "$0")/../script/oracle" peers)
exec "$python" "$(dirname "$0")/boosting.py" "$@"
