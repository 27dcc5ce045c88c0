#!/usr/bin/env bash
# Splits a table by the values of one column into projects, trains all but the last, and asks for the last, which trained
# nothing: how well the global prior ranks its rows, beside a model of all rows and beside its own.
#
#   script/bench prior --train FILE --test FILE --positive TEXT --by COLUMN [--projects N] [--separator C] [--header]
#
# Tables as for script/bench boosting; COLUMN counts from 0. The projects are the N (6) most frequent values.
set -euo pipefail
python=$("$(dirname "$0")/../script/oracle" peers)
exec "$python" "$(dirname "$0")/prior.py" "$@"
