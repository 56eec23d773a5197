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

cache=${NETIO_CACHE:-$tree/.cache}/vm
mkdir -p "$cache"
exec 9>"$cache/lock"
flock 9 # two guests that start together must not fetch the same thing twice

prepare_apt() {
    local debian=$1
    local state=$cache/apt-$debian
    apt=(-o "APT::Architecture=$debian" -o "APT::Architectures=$debian" -o APT::Sandbox::User=
        -o "Dir::State=$state" -o "Dir::State::lists=$state/lists" -o "Dir::State::status=/dev/null" -o "Dir::Cache=$state/cache")
    mkdir -p "$state/lists/partial" "$state/cache/archives/partial"
    say "reading Debian's package lists for $debian"
    # A source that has nothing for this architecture, or does not answer, is no reason to stop: what is missing shows
    # below, when a package is not found.
    apt-get -qq "${apt[@]}" update 9>&- >"$state/update.log" 2>&1 || true
}

# newest_kernel SERIES DEBIAN: the name of the newest cloud kernel's package
newest_kernel() {
    local series=${1//./\\.}
    apt-cache "${apt[@]}" search --names-only "^linux-image-${series}[.][0-9.]+([-+~][a-z0-9]+)?-cloud-$2\$" |
        cut -d ' ' -f 1 | sort --version-sort | tail -n 1
}

# unpack FOLDER PACKAGE...: downloads and unpacks; the folder appears when it is complete
unpack() {
    local folder=$1 work
    shift
    work=$(mktemp -d "$cache/unpack.XXXXXX")
    # shellcheck disable=SC2064 # the folder of now
    trap "rm -rf '$work'" EXIT
    mkdir "$work/archives" "$work/files"
    say "downloading $*"
    (cd "$work/archives" && apt-get -qq "${apt[@]}" download "$@" 9>&-) ||
        fail "cannot download $*: is this Debian 12, with its package sources set up, and is there a network? See $cache"
    for archive in "$work"/archives/*.deb; do
        dpkg-deb -x "$archive" "$work/files"
    done
    chmod 755 "$work/files"
    mv -T "$work/files" "$folder"
    rm -rf "$work"
}

what=${1:-}
case $what in
kernel)
    series=$2 debian=$3
    folder=$(find "$cache" -maxdepth 1 -type d -name "linux-image-$series.*-cloud-$debian" | sort --version-sort | tail -n 1)
    if [[ -z $folder ]]; then
        prepare_apt "$debian"
        package=$(newest_kernel "$series" "$debian")
        [[ -n $package ]] || fail "no cloud kernel $series for $debian in Debian's package lists; see $cache/apt-$debian/update.log"
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
        mapfile -t packages < <(sed -n 's/^\([a-z][^ ]*\).*/\1/p' "$list")
        prepare_apt "$debian"
        rm -rf "$folder"
        unpack "$folder" "${packages[@]}"
        cp "$list" "$folder.txt"
    fi
    ;;
*) fail "say what to fetch: kernel SERIES ARCHITECTURE, or sysroot ARCHITECTURE" ;;
esac
printf '%s\n' "$folder"
