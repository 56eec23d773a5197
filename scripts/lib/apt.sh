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

# mirror LABEL: address from which this system takes Debian's archive (Debian, Debian-Security); nothing: it does not. Asks
# the lists that prepare_apt has read: what an archive calls itself is in them, and its address may be any.
mirror() {
    apt-get "${apt[@]}" indextargets --format "\$(REPO_URI)" "Origin: Debian" "Label: $1" 2>/dev/null | sed -n 1p
}

# all_suites: sources of every suite that has kernels, by this system's mirrors and keyring; fails where there are none
all_suites() {
    local suite address main security
    main=$(mirror Debian)
    security=$(mirror Debian-Security)
    if [[ -z $main ]]; then
        say "the kernels of guests come from Debian, and no package source of this system is Debian's, or none has answered:" \
            "add one (sources.list(5), with signed-by=$debian_keyring), or run this on Debian"
        return 1
    fi
    # apt says of a missing one only that it cannot trust the lists.
    [[ -f $debian_keyring ]] || say "no $debian_keyring: install debian-archive-keyring"
    for suite in "${kernel_suites[@]}"; do
        address=$main
        [[ $suite != *-security ]] || address=$security
        [[ -z $address ]] || echo "deb [signed-by=$debian_keyring] $address $suite main"
    done
}
