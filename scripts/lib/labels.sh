# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Which of the tests ctest chooses by their labels. Sourced.

labels=(unit host browser fuzz vm packages)

# chosen_labels [ARGUMENT of ctest]...: the labels of the tests that -L and -LE leave, each on a line. As ctest has it, of
# several -L each must match, and what several -LE leave out is what all of them match. NETIO_SKIP_VM and
# NETIO_SKIP_BROWSER leave out more. The tests of the package take long: they count as chosen only where there is an -L.
chosen_labels() {
    local label expression wanted=() unwanted=()
    while [[ $# -gt 0 ]]; do
        case $1 in
        -L | --label-regex) wanted+=("${2:-}") && shift ;;
        -LE | --label-exclude) unwanted+=("${2:-}") && shift ;;
        esac
        shift || true
    done
    for label in "${labels[@]}"; do
        local chosen=1 left_out=${unwanted+1}
        for expression in "${wanted[@]}"; do [[ $label =~ $expression ]] || chosen=; done
        for expression in "${unwanted[@]}"; do [[ $label =~ $expression ]] || left_out=; done
        [[ -z $left_out ]] || chosen=
        case $label in
        vm) [[ ${NETIO_SKIP_VM:-} != 1 ]] || chosen= ;;
        browser) [[ ${NETIO_SKIP_BROWSER:-} != 1 ]] || chosen= ;;
        packages) [[ ${#wanted[@]} -gt 0 ]] || chosen= ;;
        esac
        [[ -z $chosen ]] || echo "$label"
    done
}
