#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# Trials of what goes wrong around the program: signals, limits, disks, memory, peers, devices, failing system calls, damaged
# files, others at the same time. Each must end as documented, with words that name the cause, and leave nothing behind.
#
# usage: sudo scripts/faults.sh [--trials N] [--seed S] [--kind KIND]... [--list]
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

"$tree/scripts/setup.sh" build host
[[ -n ${NETIO_TRACE:-} ]] || "$tree/scripts/build.sh" release --target netio-trace
export NETIO_TRACE=${NETIO_TRACE:-$tree/build/release/user/cli/netio-trace}
exec python3 -B "$tree/scripts/lib/faults.py" "$@"
