#!/usr/bin/env bash
# What a decision costs, beside nginx: the lines that docs/performance.md quotes. Options: --quick, --build NAME (a
# directory under build/), --data-parent DIR (on the disk to measure).
set -euo pipefail
exec python3 "$(dirname "$0")/decisions.py" "$@"
