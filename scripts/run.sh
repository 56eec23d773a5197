#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# The main job: installs what is missing, builds, and runs `netio-trace run`. Arguments are passed on to it.
# Without arguments: preset "quick", results in results/DATE-TIME.
#
# usage: scripts/run.sh [ARGUMENT of netio-trace run]...
# for example: scripts/run.sh --preset smoke
#              scripts/run.sh --variants A2,A3 --field-sizes 64,64K --threads 1,4
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

"$tree/scripts/setup.sh" build
"$tree/scripts/build.sh" release --target netio-trace

# given NAME ARGUMENT...: whether an option is among the arguments; its value, if it has one, is then in `value`
given() {
    local name=$1
    shift
    while [[ $# -gt 0 ]]; do
        case $1 in
        "$name") value=${2:-} && return 0 ;;
        "$name="*) value=${1#*=} && return 0 ;;
        esac
        shift
    done
    return 1
}

arguments=(run)
given --preset "$@" || arguments+=(--preset quick)
if given --output "$@"; then
    output=$value
else
    mkdir -p results # by this user, so that a run without root can add to it
    output=$PWD/results/$(date -u +%Y%m%d-%H%M%S)
    arguments+=(--output "$output")
fi
arguments+=("$@")

# Tracing needs privileges; a run without it does not.
if given --no-trace "$@"; then
    exec "$tree/build/release/user/cli/netio-trace" "${arguments[@]}"
fi
status=0
as_root "$tree/build/release/user/cli/netio-trace" "${arguments[@]}" || status=$?
give_back "$output"
exit "$status"
