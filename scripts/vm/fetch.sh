#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# Unpacks Debian packages of any architecture into a folder, without root and without touching this machine's own
# packages: apt works on lists of its own inside the cache.
#
# usage: scripts/vm/fetch.sh kernel REQUEST FLAVOUR amd64|arm64   the newest kernel that scripts/vm/kernels.py finds meant:
#                                    by this system's package sources or, where they have none, in all suites of Debian
#        scripts/vm/fetch.sh sysroot arm64                         the packages of scripts/vm/arm64-packages.txt
# Prints the folder. What is there already is not looked for again: remove the folder to get a newer one. What is the
# newest of all (newest, 7.x) is looked for again after a week.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"
# shellcheck source-path=SCRIPTDIR source=../lib/apt.sh
source "$(dirname "${BASH_SOURCE[0]}")/../lib/apt.sh"

case "${1:-} $#" in
"kernel 4" | "sysroot 2") ;;
*) fail "say what to fetch: kernel REQUEST cloud|generic|rt|any amd64|arm64, or sysroot arm64" ;;
esac

cache=${NETIO_CACHE:-$tree/.cache}/vm
mkdir -p "$cache"
exec 9>"$cache/lock"
flock 9 # two guests that start together must not fetch the same thing twice

# choose_kernel REQUEST FLAVOUR DEBIAN <NAMES
choose_kernel() { python3 -B "$tree/scripts/vm/kernels.py" choose "$@"; }

# kernel_names: the names of all packages with kernels, or with parts of them, in the package lists
kernel_names() { apt-cache "${apt[@]}" pkgnames linux- | grep -E '^linux-(image|binary|modules)-'; }

# rest_of_kernel PACKAGE: packages with what that one leaves out
rest_of_kernel() {
    apt-cache "${apt[@]}" show --no-all-versions "$1" | python3 -B "$tree/scripts/vm/kernels.py" parts
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
        fail "cannot download $*: are the package sources set up, and is there a network? See $cache"
    for archive in "$work"/archives/*.deb; do
        dpkg-deb -x "$archive" "$work/files"
    done
    chmod 755 "$work/files"
    rm -rf "$folder"
    mv -T "$work/files" "$folder"
    rm -rf "$work"
}

# find_package REQUEST FLAVOUR DEBIAN: the package's name is then in `package`, and apt is set up for it
find_package() {
    local state=$cache/apt-$3 series
    # A series by its name is taken from the system's own sources, whose lists are short. The newest of all is not.
    prepare_apt "$3" "$state" 9>&-
    if [[ $1 =~ ^[0-9]+\.[0-9] ]]; then
        package=$(kernel_names | choose_kernel "$@" 2>/dev/null) && return
    fi
    state=$state-all
    mkdir -p "$state"
    all_suites >"$state/sources.list" || return 1
    prepare_apt "$3" "$state" "$state/sources.list" 9>&-
    series=$(mktemp "$cache/series.XXXXXX")
    if package=$(kernel_names | choose_kernel "$@" 2>"$series"); then
        rm "$series"
        return
    fi
    say "no kernel $1 for $3 (flavour: $2) in ${kernel_suites[*]}. There are:" "$(sed ':again; N; $!b again; s|\n|; |g' "$series")"
    rm "$series"
    grep '^[EW]:' "$state/update.log" >&2 || true
    return 1
}

fetch_kernel() {
    local request=$1 flavour=$2 debian=$3 answer package
    answer=$cache/newest-$request-$flavour-$debian # name of the kernel that was found last
    folder=
    case $request in
    newest | *.x)
        [[ -z $(find "$answer" -mtime -7 2>/dev/null) ]] || folder=$cache/$(<"$answer")
        ;;
    *)
        package=$(find "$cache" -mindepth 1 -maxdepth 1 -type d -printf '%f\n' |
            choose_kernel "$request" "${flavour/any/cloud}" "$debian" 2>/dev/null) && folder=$cache/$package
        ;;
    esac
    [[ -z $folder || ! -d $folder ]] || return 0
    if ! find_package "$request" "$flavour" "$debian"; then
        [[ -f $answer && -d $cache/$(<"$answer") ]] || exit 1
        say "using $(<"$answer"), the newest on $(date -r "$answer" +%F)"
        folder=$cache/$(<"$answer")
        return
    fi
    folder=$cache/$package
    if [[ ! -d $folder ]]; then
        mapfile -t rest < <(rest_of_kernel "$package")
        unpack "$folder" "$package" "${rest[@]}"
    fi
    [[ $request == [0-9]*.[0-9]* ]] || echo "$package" >"$answer"
}

case $1 in
kernel)
    shift
    fetch_kernel "$@"
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
