# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What the scripts share. Sourced, after `set -euo pipefail`.

# The top of the source tree, wherever the script was called from.
# shellcheck disable=SC2034 # used by the scripts that source this
tree=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
script=$(basename "$0")
export PATH="$PATH:/usr/sbin:/sbin" # Debian keeps bpftool and ip there, outside a user's PATH

say() { printf '%s: %s\n' "$script" "$*" >&2; }

fail() {
    say "$*"
    exit 1
}

# as_root COMMAND...: directly when root, through sudo otherwise.
as_root() {
    if [[ $EUID -eq 0 ]]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo --preserve-env=NO_COLOR,TERM -- "$@"
    else
        fail "needs root for: $*. Install sudo, or run this script as root."
    fi
}
