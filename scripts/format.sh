#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# Formats all C and C++ files, or the files named. With --check it changes nothing and fails if one is not formatted.
# It takes clang-format of one version, because versions lay out some lines differently; without it --check exits with 77,
# which is a skipped test.
#
# usage: scripts/format.sh [--check] [FILE]...
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

version=14

options=(-i)
if [[ ${1:-} == --check ]]; then
    options=(--dry-run -Werror)
    shift
fi

formatter='' found=''
for program in "clang-format-$version" clang-format; do
    command -v "$program" >/dev/null || continue
    found=$("$program" --version)
    if [[ $found =~ version\ $version\. ]]; then
        formatter=$program
        break
    fi
done
if [[ -z $formatter ]]; then
    [[ -n $found ]] || fail "no clang-format here: install clang-format $version"
    say "skipped: the tree is formatted with clang-format $version; here is $found"
    exit 77
fi

files=("$@")
if [[ $# -eq 0 ]]; then
    # vmlinux/ is generated.
    mapfile -d '' files < <(find "$tree/user" "$tree/bpf" "$tree/tests" "$tree/scripts" -type f \
        \( -name '*.c' -o -name '*.h' -o -name '*.cpp' \) -print0 | sort -z)
fi
say "${#files[@]} files"
"$formatter" "${options[@]}" "${files[@]}"
