#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# Builds the statically linked program, and the Debian package of it; prints the name of the package.
#
# usage: scripts/package.sh [x86_64|arm64]      no argument: this machine's architecture
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

case ${1:-native} in
native | "$(uname -m)") preset=portable ;;
arm64) preset=portable-arm64 ;;
*) fail "unknown architecture \"$1\"; usage: scripts/package.sh [x86_64|arm64]" ;;
esac

# The program prints its own completions; when it is built for another architecture, a build for this one prints them.
"$tree/scripts/build.sh" portable >&2
[[ $preset == portable ]] || "$tree/scripts/build.sh" "$preset" >&2
cd "$tree/build/$preset"
rm -f netio-trace_*.deb netio-trace_*.deb.sha256
cpack >cpack.log || {
    cat cpack.log >&2
    fail "cpack has failed"
}
realpath netio-trace_*.deb
