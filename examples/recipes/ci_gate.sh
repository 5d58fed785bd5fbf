#!/bin/sh
# A gate in CI for your own summariser: fails when its quality falls.
#
#   sh ci_gate.sh accept corpus/ baseline.json -b mine     once, and whenever a fall is meant
#   sh ci_gate.sh check corpus/ baseline.json -b mine      in CI
#
# "mine" is a backend's name (docs/plugins.md). Commit baseline.json. CORPUS is what `summarize
# evaluate` takes, and needs the extra "eval"; some fifty articles tell a fall of a few points.
# check writes report.html, worth keeping with the job. The exit status of check: 0, or 1 (the
# backend failed on an article, or there is no baseline), 2 (wrong usage), 3 (a score fell).
set -eu
if [ $# -lt 3 ]; then
    echo "usage: $0 accept|check CORPUS BASELINE [options of summarize evaluate]" >&2
    exit 2
fi
action=$1 corpus=$2 baseline=$3
shift 3
case $action in
    accept) summarize evaluate "$corpus" "$@" --save "$baseline" ;;
    check) summarize evaluate "$corpus" "$@" --baseline "$baseline" --save report.html ;;
    *) echo "$0: $action is neither accept nor check" >&2; exit 2 ;;
esac
