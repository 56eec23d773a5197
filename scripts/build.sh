#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# Configures and builds; the result is in build/PRESET. Needs neither root nor anything of the running kernel.
#
# usage: scripts/build.sh [release|debug|asan-ubsan] [ARGUMENT of cmake --build]...
# for example: scripts/build.sh debug --target netio-trace
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

preset=${1:-release}
shift || true

options=()
if command -v ccache >/dev/null; then
    options+=(-DCMAKE_C_COMPILER_LAUNCHER=ccache -DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
fi

cd "$tree"
say "building preset $preset in build/$preset"
cmake --preset "$preset" --log-level=NOTICE "${options[@]}" >/dev/null
cmake --build --preset "$preset" "$@"
