#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# Runs clang-tidy with the checks of .clang-tidy: over all C++ sources, or over those whose path matches a regular
# expression. Not part of scripts/test.sh, because it takes longer than the build.
#
# usage: scripts/tidy.sh [REGULAR_EXPRESSION]...       for example: scripts/tidy.sh user/perf
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

build=${BUILD:-$tree/build/release}
if [[ -z ${BUILD:-} ]]; then
    "$tree/scripts/setup.sh" build test tidy
    "$tree/scripts/build.sh" release # the headers that the build generates must be there
fi

patterns=("$@")
[[ $# -gt 0 ]] || patterns=('/(user|tests)/')
cd "$tree"
say "clang-tidy over ${patterns[*]}"
run-clang-tidy -quiet -p "$build" "${patterns[@]}"
