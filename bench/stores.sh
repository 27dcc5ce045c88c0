#!/usr/bin/env bash
# What the embedded store and a shared MongoDB make of the same load. Options: --quick, --build NAME (a directory under
# build/).
set -euo pipefail
exec python3 "$(dirname "$0")/stores.py" "$@"
