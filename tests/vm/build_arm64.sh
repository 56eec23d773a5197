#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# Builds the program that guests for arm64 run: a test of its own, so that a failure says what it is.
set -euo pipefail
if [[ ${NETIO_SKIP_VM:-} == 1 ]]; then
    echo "skipped: NETIO_SKIP_VM=1 says to run no guests"
    exit 77
fi
exec "$(dirname "${BASH_SOURCE[0]}")/../../scripts/build.sh" arm64 --target netio-trace
