# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# apt for packages of any architecture, without root and apart from this machine's own packages: with lists of its own.
# Sourced after common.sh.

# Where Debian keeps kernels, from oldstable on; what is in one suite only is found, whichever this system is of.
kernel_suites=(bookworm bookworm-backports bookworm-security trixie trixie-backports trixie-security forky
    forky-security sid)
debian_keyring=/usr/share/keyrings/debian-archive-keyring.gpg

# prepare_apt DEBIAN_ARCHITECTURE FOLDER [SOURCES]: reads the package lists of the sources that this system is set up
# with, or of the file SOURCES; apt's options are then in `apt`, what it said is in FOLDER/update.log.
prepare_apt() {
    local debian=$1 state=$2 sources=${3:-}
    apt=(-o "APT::Architecture=$debian" -o "APT::Architectures=$debian" -o APT::Sandbox::User=
        -o "Dir::State=$state" -o "Dir::State::lists=$state/lists" -o "Dir::State::status=/dev/null" -o "Dir::Cache=$state/cache")
    [[ -z $sources ]] || apt+=(-o "Dir::Etc::sourcelist=$sources" -o Dir::Etc::sourceparts=/dev/null)
    mkdir -p "$state/lists/partial" "$state/cache/archives/partial"
    say "reading Debian's package lists for $debian"
    # A source that has nothing for this architecture, or does not answer, is no reason to stop: what is missing shows
    # when a package is not found.
    apt-get -qq "${apt[@]}" update >"$state/update.log" 2>&1 || true
}

# mirror NAME: address from which this system takes Debian's archive NAME (debian, debian-security); nothing: it does not
mirror() {
    apt-get indextargets --format "\$(REPO_URI)" 2>/dev/null | grep -m 1 -E "/$1/?\$" || true
}

# all_suites: sources of every suite that has kernels, by this system's mirrors and keyring
all_suites() {
    local suite address main security
    [[ -f $debian_keyring ]] || fail "no $debian_keyring: install debian-archive-keyring"
    main=$(mirror debian)
    security=$(mirror debian-security)
    [[ -n $main ]] || fail "this system's package sources name no mirror of Debian, from which kernels could be had"
    for suite in "${kernel_suites[@]}"; do
        address=$main
        [[ $suite != *-security ]] || address=$security
        [[ -z $address ]] || echo "deb [signed-by=$debian_keyring] $address $suite main"
    done
}
