#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# Builds the package that the tests install: a test of its own, so that a failure says what it is.
set -euo pipefail
if [[ ${NETIO_PACKAGES:-} != 1 ]]; then
    echo "skipped: scripts/test.sh -L packages asks for it"
    exit 77
fi
exec "$(dirname "${BASH_SOURCE[0]}")/../../scripts/package.sh"
