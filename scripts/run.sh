#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# The main job: installs what is missing, builds, and runs `netio-trace run`. Arguments are passed on to it.
# Without arguments: preset "quick", results in results/DATE-TIME.
#
# usage: scripts/run.sh [ARGUMENT of netio-trace run]...
# for example: scripts/run.sh --preset smoke
#              scripts/run.sh --repeats 5 --field-sizes 64,64K --threads 1,4
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

"$tree/scripts/setup.sh" build
"$tree/scripts/build.sh" release --target netio-trace

# Tracing needs privileges; a run without it, and help, do not.
privileged=1
preset=(--preset quick)
for argument in "$@"; do
    case $argument in
    --no-trace | --help | -h) privileged= ;;
    --preset | --preset=*) preset=() ;;
    esac
done

# Under sudo, too, the results belong to the caller: the program writes them with that user's rights.
# By a path that is short: the program tells commands to go on with by the path that it was called by.
program=$(realpath --relative-to=. "$tree/build/release/user/cli/netio-trace")
[[ $program == */* ]] || program=./$program
${privileged:+as_root} "$program" run "${preset[@]}" "$@"
