#!/usr/bin/env bash
# CPU a request of the HTTP part alone, beside nginx. Options: --quick, --build NAME (a directory under build/).
set -euo pipefail
exec python3 "$(dirname "$0")/http_floor.py" "$@"
