#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# The labs from a checkout: installs what is missing, builds, and runs `netio-trace lab`. Arguments are passed on to it; without
# any it starts lab 1.
#
# usage: scripts/lab.sh [ARGUMENT of netio-trace lab]...
#        scripts/lab.sh prepare      also fetches the kernels of the guests and builds for arm64, so that all labs work offline
# for example: scripts/lab.sh start 3
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

"$tree/scripts/setup.sh" build
"$tree/scripts/build.sh" release --target netio-trace
program=$tree/build/release/user/cli/netio-trace
if [[ ${1:-} == prepare ]]; then
    # Each boots the kernel once, which shows that it can be booted.
    say "a guest for x86-64, and one for arm64: some minutes the first time"
    "$tree/scripts/vm.sh" -- netio-trace --version
    "$tree/scripts/vm.sh" --arch arm64 -- netio-trace --version
    say "all labs work without a network now"
    exit
fi
[[ $# -gt 0 ]] || set -- start 1
exec "$program" lab "$@"
