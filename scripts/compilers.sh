#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# Builds netio-trace with every C++ compiler in the PATH that it supports, in several ways, and prints a table of
# results, warnings and seconds. Exits with 1 when a build failed or warned. Not part of scripts/test.sh, because each cell is
# a build. Logs are in build/compilers/. With ccache the seconds are those of what it had to compile; CCACHE_DISABLE=1
# measures whole builds.
#
# usage: scripts/compilers.sh [--ways WAY,...] [COMPILER]...
# WAY: release (as users build it), no-unity (each source alone), O3 (CMAKE_BUILD_TYPE=Release), lto (the same with
# link-time optimization); all four when none are named
# for example: scripts/compilers.sh --ways release,lto g++-12 clang++-19
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

declare -A oldest=([g++]=11 [clang++]=16)
declare -A options=([release]='' [no-unity]='-DCMAKE_UNITY_BUILD=OFF' [O3]='-DCMAKE_BUILD_TYPE=Release'
    [lto]='-DCMAKE_BUILD_TYPE=Release -DCMAKE_INTERPROCEDURAL_OPTIMIZATION=ON')
ways=(release no-unity O3 lto)
compilers=()
while [[ $# -gt 0 ]]; do
    case $1 in
    --ways) IFS=, read -r -a ways <<<"${2:?--ways needs a list}" && shift ;;
    -*) fail "unknown option $1; usage: scripts/compilers.sh [--ways WAY,...] [COMPILER]..." ;;
    *) compilers+=("$1") ;;
    esac
    shift
done
for way in "${ways[@]}"; do
    [[ -n ${options[$way]+known} ]] || fail "unknown way \"$way\" (known: ${!options[*]})"
done
"$tree/scripts/setup.sh" build

# g++ is also one of g++-11, g++-12: each compiler once, by the name that has its version.
if [[ ${#compilers[@]} -eq 0 ]]; then
    declare -A names=()
    while read -r name; do
        path=$(realpath "$(type -P "$name")")
        [[ ${names[$path]:-} == *-* ]] || names[$path]=$name
    done < <(compgen -c | grep -xE '(g|clang)\+\+(-[0-9]+)?' | sort -Vu)
    mapfile -t compilers < <(printf '%s\n' "${names[@]}" | sort -V)
fi

folder=$tree/build/compilers
mkdir -p "$folder"
launcher=
! command -v ccache >/dev/null || launcher=ccache

# links COMPILER FLAG...: whether it can make a program with these flags.
links() { echo 'int main() {}' | "$1" -x c++ "${@:2}" -o "$folder/trial" - 2>/dev/null; }

# build COMPILER WAY LOG: builds it from nothing.
build() {
    local binary more
    binary=$folder/$(basename "$1")-$2
    rm -rf "$binary"
    read -r -a more <<<"${options[$2]}"
    {
        cmake --preset release -S "$tree" -B "$binary" --log-level=NOTICE "-DCMAKE_CXX_COMPILER=$1" -DNETIO_TESTS=OFF \
            "-DCMAKE_CXX_COMPILER_LAUNCHER=$launcher" "${more[@]}" &&
            cmake --build "$binary" --target netio-trace -- -k 0 &&
            "$binary/user/cli/netio-trace" --version
    } >"$3" 2>&1
}

cd "$tree"
status=0
printf '%-12s %-10s %-9s %-8s %8s %7s\n' compiler version way result warnings seconds
for compiler in "${compilers[@]}"; do
    type -P "$compiler" >/dev/null || fail "no $compiler here"
    version=$("$compiler" -dumpfullversion 2>/dev/null || "$compiler" -dumpversion)
    kind=g++
    [[ $(basename "$compiler") != clang* ]] || kind=clang++
    for way in "${ways[@]}"; do
        warnings='' seconds='' result=ok
        if ((${version%%.*} < ${oldest[$kind]})); then
            result=too-old
        elif [[ $way == lto ]] && ! links "$compiler" -flto; then
            result=no-lto # its linker has no plugin for it
        else
            log=$folder/$(basename "$compiler")-$way.log
            started=$SECONDS
            build "$compiler" "$way" "$log" || result=FAILED
            seconds=$((SECONDS - started))
            warnings=$(grep -cE 'warning:|CMake .*Warning' "$log" || true)
            [[ $result == ok && $warnings == 0 ]] || status=1
        fi
        printf '%-12s %-10s %-9s %-8s %8s %7s\n' "$(basename "$compiler")" "$version" "$way" "$result" "$warnings" "$seconds"
    done
done
exit "$status"
