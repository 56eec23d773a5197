# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# apt for packages of any architecture, without root and apart from this machine's own packages: with lists of its own,
# and the sources that this Debian is set up with. Sourced after common.sh.

# prepare_apt DEBIAN_ARCHITECTURE FOLDER: reads the package lists; apt's options are then in `apt`, what it said is in
# FOLDER/update.log.
prepare_apt() {
    local debian=$1 state=$2
    apt=(-o "APT::Architecture=$debian" -o "APT::Architectures=$debian" -o APT::Sandbox::User=
        -o "Dir::State=$state" -o "Dir::State::lists=$state/lists" -o "Dir::State::status=/dev/null" -o "Dir::Cache=$state/cache")
    mkdir -p "$state/lists/partial" "$state/cache/archives/partial"
    say "reading Debian's package lists for $debian"
    # A source that has nothing for this architecture, or does not answer, is no reason to stop: what is missing shows
    # when a package is not found.
    apt-get -qq "${apt[@]}" update >"$state/update.log" 2>&1 || true
}
