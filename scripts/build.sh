#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# Configures and builds; the result is in build/PRESET. Needs neither root nor anything of the running kernel.
#
# usage: scripts/build.sh [release|debug|asan-ubsan|arm64] [ARGUMENT of cmake --build]...
# arm64 is a release build for that architecture, on this one; it needs the packages of scripts/setup.sh vm.
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
if [[ $preset == arm64 ]]; then
    command -v aarch64-linux-gnu-g++ >/dev/null || fail "no compiler for arm64: run scripts/setup.sh vm"
    sysroot=$("$tree/scripts/vm/fetch.sh" sysroot arm64)
    if [[ $sysroot == *[[:space:]]* ]]; then
        # pkg-config does not tell a space in a path from one between options: reach it by a path without.
        link=${XDG_CACHE_HOME:-$HOME/.cache}/netio-trace/sysroot-$(sha256sum <<<"$sysroot" | cut -c1-16)
        mkdir -p "$(dirname "$link")"
        ln -sfn "$sysroot" "$link"
        sysroot=$link
    fi
    options+=("-DNETIO_SYSROOT=$sysroot")
fi

cd "$tree"
say "building preset $preset in build/$preset"
cmake --preset "$preset" --log-level=NOTICE "${options[@]}" >/dev/null
cmake --build --preset "$preset" "$@"
