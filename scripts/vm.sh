#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# Boots a Debian kernel under QEMU and runs a command in it, as root, with netio-trace at hand. Needs neither root nor
# KVM nor a particular running kernel. Downloads the kernel once, into .cache/vm.
#
# usage: scripts/vm.sh [--kernel 6.1|6.12|7.x|newest|...] [--flavour cloud|generic|rt] [--arch x86_64|arm64]
#            [--link none|nic|nic-no-offload] [--icount] [--smp N] [--boot PARAMETERS] [--memory SIZE] [--timeout SECONDS]
#            [--out DIR] [--console FILE] [--add FILE[:PATH]]... -- COMMAND...
# for example: scripts/vm.sh --kernel 6.12 -- netio-trace doctor
#              scripts/vm.sh --link nic --out results/nic -- netio-trace run --preset smoke --link dev:eth0,eth1 --output /out
# scripts/vm.sh --help explains each option.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

case ${1:-} in
-h | --help) ;;
*) NETIO_QUIET=1 "$tree/scripts/setup.sh" build vm ;;
esac
exec python3 -B "$tree/scripts/vm/guest.py" "$@"
