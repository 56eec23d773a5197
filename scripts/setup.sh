#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# Installs the packages that the project needs on Debian 12 and newer and distributions made from it (Ubuntu). On Fedora and
# Arch, and distributions made from those, it prints the command that installs what is missing. Does nothing, and asks for
# no privileges, when everything is installed. scripts/packages.txt lists the packages by each system's names.
#
# usage: scripts/setup.sh [--list] [PURPOSE]... [--tests [ARGUMENT of ctest]...]
#   PURPOSE   build, test (to build the tests), unit, host, browser, fuzz, vm, packages (to run the tests of that
#             label), clangs (beside vm, for the tests that compare them), tidy, bench, vmlinux; none, and no --tests: build test unit host browser fuzz
#   --tests   packages to build and run the tests that ctest would choose by -L and -LE
#   --list    prints the names of all packages that the purposes need here, and installs nothing
# With NETIO_SKIP_SETUP=1 it does nothing.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
# shellcheck source-path=SCRIPTDIR source=lib/labels.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/labels.sh"

known=(build test unit host browser fuzz vm clangs packages tidy bench vmlinux)

# purposes_of_tests [ARGUMENT of ctest]...: what the tests need that these arguments choose by label.
purposes_of_tests() {
    local chosen
    mapfile -t chosen < <(chosen_labels "$@")
    printf '%s\n' build test "${chosen[@]}"
    [[ " ${chosen[*]} " != *" vm "* ]] || echo clangs
}

list=
purposes=()
while [[ $# -gt 0 ]]; do
    case $1 in
    --list) list=1 ;;
    --tests)
        shift
        mapfile -t chosen < <(purposes_of_tests "$@")
        purposes+=("${chosen[@]}")
        break
        ;;
    *)
        [[ " ${known[*]} " == *" $1 "* ]] || fail "unknown purpose \"$1\" (known: ${known[*]})"
        purposes+=("$1")
        ;;
    esac
    shift
done
[[ ${#purposes[@]} -gt 0 ]] || purposes=(build test unit host browser fuzz)
[[ ${NETIO_SKIP_SETUP:-} != 1 || -n $list ]] || exit 0

# The family that this system belongs to: debian, fedora, arch, or its own name.
os_release=${NETIO_OS_RELEASE:-/etc/os-release}
family=unknown
if [[ -r $os_release ]]; then
    # shellcheck disable=SC1090 # what it sets is described in os-release(5)
    names=$(source "$os_release" && echo "${ID:-} ${ID_LIKE:-}")
    family=${names%% *}
    for name in $names; do
        case $name in
        debian | ubuntu) family=debian && break ;;
        fedora | rhel | centos) family=fedora && break ;;
        arch) family=arch && break ;;
        esac
    done
fi

# rows: the lines of packages.txt that serve a purpose asked for: DEBIAN FEDORA ARCH WHY
rows() {
    local debian served fedora arch why purpose
    while read -r debian served fedora arch why; do
        for purpose in "${purposes[@]}"; do
            if [[ ,$served, == *",$purpose,"* ]]; then
                echo "$debian $fedora $arch $why"
                break
            fi
        done
    done < <(grep -v '^#' "$tree/scripts/packages.txt")
}

# with_clangs: the names of standard input, with those of the oldest and the newest clang for BPF in the place of clang-N;
# which they are is known once apt has read its lists.
with_clangs() {
    local clangs
    clangs=$(apt-cache pkgnames clang- 2>/dev/null | grep -xE 'clang-(1[4-9]|[2-9][0-9])' | sort --version-sort | sed -n '1p;$p' || true)
    if [[ -n $clangs ]]; then
        sed "s/^clang-N\$/${clangs//$'\n'/\\n}/"
    else
        cat
    fi
}

# names COLUMN: the names in a column of rows, each once; "-" is no name.
names() { rows | cut -d ' ' -f "$1" | sed '/^-$/d' | with_clangs | sort -u; }

# elsewhere COMMAND NAME...: how to install what is missing on a system that is not asked to install it.
elsewhere() {
    local unpackaged
    unpackaged=$(rows | awk -v column="$column" '$column == "-" { $2 = $3 = ""; print "  " $0 }')
    say "this script installs packages on Debian and Ubuntu only. Install what is missing here:"
    printf '  %s\n' "$*" >&2
    [[ -z $unpackaged ]] || printf '%s\n' "Not packaged here, by Debian's names:" "$unpackaged" >&2
    echo "Then run this again, or with NETIO_SKIP_SETUP=1 if all is there by other names." >&2
    exit 1
}

case $family in
debian) column=1 ;;
fedora) column=2 ;;
arch) column=3 ;;
*)
    column=1
    [[ -n $list ]] || elsewhere "by Debian's names: $(names 1 | paste -sd ' ')"
    ;;
esac

if [[ -n $list ]]; then
    names "$column"
    exit 0
fi

missing=()
case $family in
fedora)
    while read -r package; do
        rpm --query --whatprovides "$package" >/dev/null 2>&1 || missing+=("$package")
    done < <(names 2)
    [[ ${#missing[@]} -eq 0 ]] || elsewhere "sudo dnf install ${missing[*]}"
    ;;
arch)
    mapfile -t missing < <(names 3 | xargs pacman --deptest || true)
    [[ ${#missing[@]} -eq 0 ]] || elsewhere "sudo pacman -S --needed ${missing[*]}"
    ;;
debian)
    # Alternatives of a name are those of other releases: ONE|OTHER. One that is installed does.
    while read -r package; do
        installed=
        for alternative in ${package//|/ }; do
            status=$(dpkg-query --show --showformat '${db:Status-Status}' "$alternative" 2>/dev/null || true)
            [[ $status != installed ]] || installed=1
        done
        [[ -n $installed ]] || missing+=("$package")
    done < <(names 1)
    ;;
esac

if [[ ${#missing[@]} -eq 0 ]]; then
    [[ -n ${NETIO_QUIET:-} ]] || say "all packages for ${purposes[*]} are installed"
    exit 0
fi

as_root apt-get -qq update
mapfile -t missing < <(printf '%s\n' "${missing[@]}" | with_clangs | sort -u)
chosen=()
for package in "${missing[@]}"; do
    found=
    for alternative in ${package//|/ }; do
        if [[ -z $found && $(apt-cache policy "$alternative") =~ Candidate:\ [^\(] ]]; then
            found=$alternative
        fi
    done
    [[ -n $found ]] || fail "this system's package sources have no ${package//|/ or }: $(rows | grep -F "$package " | cut -d ' ' -f 4-)"
    chosen+=("$found")
done
say "installing ${chosen[*]}"
as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends -o Dpkg::Use-Pty=0 \
    install "${chosen[@]}" >/dev/null
say "installed ${#chosen[@]} packages and what they depend on"
