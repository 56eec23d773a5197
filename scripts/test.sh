#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# Installs what is missing for the tests that -L and -LE choose, builds, and runs all tests. Arguments are passed on to
# ctest.
#
# usage: scripts/test.sh [ARGUMENT of ctest]...
# for example: scripts/test.sh -L unit          tests that need no privileges
#              scripts/test.sh -R Histogram     tests whose name matches
#              scripts/test.sh -L vm            tests in guests under QEMU; NETIO_SKIP_VM=1 leaves them out
#              scripts/test.sh -L packages      the package in fresh Debian roots; runs only when it is asked for like this
# PRESET=asan-ubsan scripts/test.sh runs them in another build.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
# shellcheck source-path=SCRIPTDIR source=lib/labels.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/labels.sh"

preset=${PRESET:-release}
"$tree/scripts/setup.sh" --tests "$@"
mapfile -t chosen < <(chosen_labels "$@")
[[ " ${chosen[*]} " != *" packages "* ]] || export NETIO_PACKAGES=1
"$tree/scripts/build.sh" "$preset"

cd "$tree"
tests=(ctest --preset "$preset" --no-tests=error --output-on-failure "$@")
if [[ $EUID -eq 0 ]]; then
    exec "${tests[@]}"
fi

# One of the two parts below may be empty, but not both.
if [[ $(ctest --preset "$preset" --show-only "$@") == *"Total Tests: 0"* ]]; then
    fail "no test matches $*"
fi

# Not root: the tests that need the kernel's privileges run through sudo, all others as they are. They are selected by
# label: ctest would combine another -LE with the caller's, and leave out only tests that have both labels.
others=$(ctest --preset "$preset" --print-labels | sed '1,/All Labels:/d; s/ //g' | grep -vxE 'host|packages' | paste -sd '|')
status=0
"${tests[@]}" -L "^($others)\$" --no-tests=ignore || status=$?
say "tests that need root:"
as_root env "NETIO_PACKAGES=${NETIO_PACKAGES:-}" "NETIO_CACHE=${NETIO_CACHE:-}" \
    "NETIO_WERROR=${NETIO_WERROR:-}" "${tests[@]}" -L '^(host|packages)$' --no-tests=ignore || status=$?
# What root made there is given back: the build of the package, and the roots that it is installed in.
for folder in "$tree/build/$preset" "$tree/build/portable" "${NETIO_CACHE:-$tree/.cache}"; do
    [[ ! -d $folder ]] || as_root chown -R --from=0 "$(id -u):$(id -g)" "$folder"
done
exit "$status"
