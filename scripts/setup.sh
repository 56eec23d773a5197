#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# Installs the Debian 12 packages that the project needs; scripts/packages.txt lists them. Does nothing, and asks for
# no privileges, when they are all there.
#
# usage: scripts/setup.sh [build] [test] [tidy] [bench] [vm] [vmlinux] [package]      no argument: build and test
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

purposes=("$@")
[[ $# -gt 0 ]] || purposes=(build test)
for purpose in "${purposes[@]}"; do
    case $purpose in
    build | test | tidy | bench | vm | vmlinux | package) ;;
    *) fail "unknown purpose \"$purpose\"; usage: scripts/setup.sh [build] [test] [tidy] [bench] [vm] [vmlinux] [package]" ;;
    esac
done

command -v apt-get >/dev/null || fail "no apt-get here: this script knows Debian 12; see scripts/packages.txt for what to install"

# wanted PURPOSE,PURPOSE...: whether one of them was asked for
wanted() {
    local purpose
    for purpose in "${purposes[@]}"; do
        if [[ ,$1, == *",$purpose,"* ]]; then
            return 0
        fi
    done
    return 1
}

missing=()
while read -r package served _; do
    wanted "$served" || continue
    status=$(dpkg-query --show --showformat '${db:Status-Status}' "$package" 2>/dev/null || true)
    [[ $status == installed ]] || missing+=("$package")
done < <(grep -v '^#' "$tree/scripts/packages.txt")

if [[ ${#missing[@]} -eq 0 ]]; then
    [[ -n ${NETIO_QUIET:-} ]] || say "all packages for ${purposes[*]} are installed"
    exit 0
fi

say "installing ${missing[*]}"
as_root apt-get -qq update
as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends -o Dpkg::Use-Pty=0 \
    install "${missing[@]}" >/dev/null
say "installed ${#missing[@]} packages and what they depend on"
