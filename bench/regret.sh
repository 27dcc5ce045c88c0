#!/usr/bin/env bash
# How much each algorithm loses while it learns, in three simulated worlds, and the pictures of the manual. Options:
# --tiny (seconds, pictures beside the curves), --build NAME (a directory under build/).
set -euo pipefail
cd "$(dirname "$0")/.."
build=release pictures=docs/manual/images size=()
while [ $# -gt 0 ]; do
  case $1 in
    --tiny) size=(--tiny) ;;
    --build) build=$2; shift ;;
    *) echo "regret: unknown option '$1'" >&2; exit 2 ;;
  esac
  shift
done
[ ${#size[@]} = 0 ] || pictures=build/$build/regret-tiny
curves=build/$build/regret.jsonl
"build/$build/bench/bench_regret" "$curves" "${size[@]}"
python3 bench/regret_pictures.py "$curves" "$pictures"
echo "pictures: $pictures"
