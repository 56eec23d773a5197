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

"$tree/scripts/setup.sh" build test tidy

# A separate build folder, in which only generated headers are built. clang cannot read g++'s precompiled headers.
cd "$tree"
build=$tree/build/tidy
cmake --preset debug -B "$build" --log-level=NOTICE -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON >/dev/null
cmake --build "$build" --target netio_generated

patterns=("$@")
[[ $# -gt 0 ]] || patterns=('/(user|tests)/')
say "clang-tidy over ${patterns[*]}"
run-clang-tidy -quiet -p "$build" "${patterns[@]}"
