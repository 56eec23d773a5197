#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# Formats all C and C++ files, or the files named. With --check it changes nothing and fails if one is not formatted.
#
# usage: scripts/format.sh [--check] [FILE]...
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

options=(-i)
if [[ ${1:-} == --check ]]; then
    options=(--dry-run -Werror)
    shift
fi

files=("$@")
if [[ $# -eq 0 ]]; then
    # vmlinux/ is generated.
    mapfile -d '' files < <(find "$tree/user" "$tree/bpf" "$tree/tests" "$tree/scripts" -type f \
        \( -name '*.c' -o -name '*.h' -o -name '*.cpp' \) -print0 | sort -z)
fi
say "${#files[@]} files"
clang-format "${options[@]}" "${files[@]}"
