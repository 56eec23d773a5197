#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# Configures and builds; the result is in build/PRESET. Needs neither root nor a particular running kernel.
#
# usage: scripts/build.sh [release|debug|asan-ubsan|tsan|arm64|portable|portable-arm64] [ARGUMENT of cmake --build]...      no preset: release
# NETIO_WERROR=1 makes warnings errors, in every preset; .ci/run sets it. A build folder keeps that setting until
# NETIO_WERROR=0, so that scripts/test.sh after .ci/run compiles nothing again.
# arm64 is a release build for that architecture, on this one; it needs the packages of scripts/setup.sh build vm.
# portable is statically linked: one file, build/portable/user/cli/netio-trace, that runs on any distribution.
# for example: scripts/build.sh debug --target netio-trace
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

preset=release
if [[ $# -gt 0 && $1 != -* ]]; then
    preset=$1
    shift
fi

# Passed also when it is empty: CMake would keep the launcher that it found the last time.
launcher=
! command -v ccache >/dev/null || launcher=ccache
options=("-DCMAKE_C_COMPILER_LAUNCHER=$launcher" "-DCMAKE_CXX_COMPILER_LAUNCHER=$launcher")
[[ -z ${NETIO_WERROR:-} ]] || options+=("-DNETIO_WERROR=$NETIO_WERROR")
if [[ $preset == *arm64 ]]; then
    command -v aarch64-linux-gnu-g++ >/dev/null || fail "no compiler for arm64: run scripts/setup.sh build vm"
    sysroot=$("$tree/scripts/vm/fetch.sh" sysroot arm64)
    if [[ $sysroot == *[[:space:]]* ]]; then
        # pkg-config does not tell a space in a path from one between options: reach it by a path without.
        link=${XDG_CACHE_HOME:-$HOME/.cache}/netio-trace/sysroot-$(sha256sum <<<"$sysroot" | cut -c1-16)
        mkdir -p "$(dirname "$link")"
        ln -sfn "$sysroot" "$link"
        sysroot=$link
    fi
    options+=("-DNETIO_SYSROOT=$sysroot")
    native=$tree/build/portable/user/cli/netio-trace
    [[ -x $native ]] || native= # said as well, for the same reason
    options+=("-DNETIO_NATIVE_PROGRAM=$native")
fi

cd "$tree"
say "building preset $preset in build/$preset"
cmake --preset "$preset" --log-level=NOTICE "${options[@]}" >/dev/null
cmake --build --preset "$preset" "$@"
