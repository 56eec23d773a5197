#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# Unpacks Debian packages of any architecture into a folder, without root and without touching this machine's own
# packages: apt works on lists of its own inside the cache, with the sources that this Debian is set up with.
#
# usage: scripts/vm/fetch.sh kernel 6.1|6.12 amd64|arm64     the newest cloud kernel of that series
#        scripts/vm/fetch.sh sysroot arm64                  the packages of scripts/vm/arm64-packages.txt
# Prints the folder. What is there already is not looked for again: remove the folder to get a newer one.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"
# shellcheck source-path=SCRIPTDIR source=../lib/apt.sh
source "$(dirname "${BASH_SOURCE[0]}")/../lib/apt.sh"

case "${1:-} $#" in
"kernel 3" | "sysroot 2") ;;
*) fail "say what to fetch: kernel 6.1|6.12 amd64|arm64, or sysroot arm64" ;;
esac

cache=${NETIO_CACHE:-$tree/.cache}/vm
mkdir -p "$cache"
exec 9>"$cache/lock"
flock 9 # two guests that start together must not fetch the same thing twice

# newest_kernel SERIES DEBIAN: the name of the newest cloud kernel's package
newest_kernel() {
    local series=${1//./\\.}
    apt-cache "${apt[@]}" search --names-only "^linux-image-${series}[.][0-9.]+([-+~][a-z0-9]+)?-cloud-$2\$" |
        cut -d ' ' -f 1 | sort --version-sort | tail -n 1
}

# unpack FOLDER PACKAGE...: downloads and unpacks; the folder appears, in place of an older one, when it is complete
unpack() {
    local folder=$1 work
    shift
    work=$(mktemp -d "$cache/unpack.XXXXXX")
    # shellcheck disable=SC2064 # the folder of now
    trap "rm -rf ${work@Q}" EXIT
    mkdir "$work/archives" "$work/files"
    say "downloading $*"
    (cd "$work/archives" && apt-get -qq "${apt[@]}" download "$@" 9>&-) ||
        fail "cannot download $*: is this Debian 12, with its package sources set up, and is there a network? See $cache"
    for archive in "$work"/archives/*.deb; do
        dpkg-deb -x "$archive" "$work/files"
    done
    chmod 755 "$work/files"
    rm -rf "$folder"
    mv -T "$work/files" "$folder"
    rm -rf "$work"
}

case $1 in
kernel)
    series=$2 debian=$3
    folder=$(find "$cache" -maxdepth 1 -type d -name "linux-image-$series.*-cloud-$debian" | sort --version-sort | tail -n 1)
    if [[ -z $folder ]]; then
        prepare_apt "$debian" "$cache/apt-$debian" 9>&-
        package=$(newest_kernel "$series" "$debian")
        [[ -n $package ]] || fail "no cloud kernel $series for $debian in the package lists: newer series come with bookworm-security," \
            "which must be among this Debian's package sources (a bare debootstrap leaves it out); see $cache/apt-$debian/update.log"
        folder=$cache/$package
        unpack "$folder" "$package"
    fi
    ;;
sysroot)
    debian=$2
    list=$tree/scripts/vm/$debian-packages.txt
    folder=$cache/sysroot-$debian # the same name always: build folders refer to it
    # Beside it stands what is in it, so that a list that has changed is fetched.
    if [[ ! -d $folder ]] || ! cmp -s "$list" "$folder.txt"; then
        [[ -f $list ]] || fail "there is no list of packages for $debian: $list"
        mapfile -t packages < <(sed -n 's/^\([a-z][^ ]*\).*/\1/p' "$list")
        prepare_apt "$debian" "$cache/apt-$debian" 9>&-
        unpack "$folder" "${packages[@]}"
        cp "$list" "$folder.txt"
    fi
    ;;
esac
printf '%s\n' "$folder"
