#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# Benchmarks of netio-trace itself. They measure and are not tests: the exit code does not depend on the figures.
#
# usage: scripts/bench.sh overhead [--duration SECONDS] [--pairs N] [--variants LIST] [--field-sizes 64,64K] [--no-pin]
#            [--one-cpu] [--sample-frequency HZ] [--buffers SIZE|kernel] [--beside nothing,clock,floor]
#            cost of tracing: pairs of traced and untraced runs, one thread; with --beside also the cost of small programs
#            at the same hooks that do nothing, read the clock, or time the same system calls and waits
#        scripts/bench.sh overhead --vm [--duration SECONDS] [--field-sizes 64,4096] [--variant VARIANT] [--kernel 6.1|6.12]
#            [--backends fentry,kprobe,tracepoint] [--no-peers]
#            the same in instructions, exact, in a guest under QEMU, beside bpftrace, funclatency and small programs at
#            the same hooks; needs no root
#        scripts/bench.sh instructions [--field-size 64] [--variant VARIANT] [--backend OPTIONS] [--kernel 6.1|6.12] [--messages N]
#            the same by function: every instruction of some messages; needs no root
#        scripts/bench.sh sampling [--duration SECONDS] [--repeats N] [--field-sizes 1K,4K] [--frequencies 997,1511]
#            [--kernel 6.1|6.12]
#            sampled times compared with exact ones, in a guest under QEMU; needs no root
#        scripts/bench.sh accounting [--busy] [--cells N] [--duration SECONDS] [--field-size 1K]
#            sampled CPU time of both ends beside what the kernel accounts to their threads, cell by cell; --busy: beside two
#            busy loops for each CPU
#        scripts/bench.sh profile [--duration SECONDS] [--variants LIST] [--field-sizes 64,64K]
#            CPU time of an untraced run by function, and the share of the program's own code
#        scripts/bench.sh comparison [--tries N] [--turns N] [--more PERCENT] [--duration SECONDS] [--pin]
#            how often compare shows a difference that is not there, and a known one
#        scripts/bench.sh busy [--runs N] [--loops N] [--repeats N] [--duration SECONDS] [--variants LIST] [--field-sizes LIST]
#            which variant is told to be faster on a machine with busy loops on each CPU, and on the machine as it is
#        scripts/bench.sh published [--duration SECONDS] [--tries N] [--threads N] [--field-size 256]
#            messages of a thread that wait for delayed acknowledgements under Nagle's algorithm, beside a plain program that
#            makes the same exchange
#        scripts/bench.sh peers [--duration SECONDS] [--pairs N] [--field-sizes 64,4096] [--threads 1,4] [--patterns rr,stream]
#            the workload beside iperf3 (streams) and sockperf (request and answer), in pairs
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

what=${1:-}
shift || true
in_guest=
if [[ $what == overhead && ${1:-} == --vm ]]; then
    in_guest=overhead
    shift
elif [[ $what == sampling || $what == instructions ]]; then
    in_guest=$what
fi
if [[ -n $in_guest ]]; then
    "$tree/scripts/setup.sh" build bench vm
    "$tree/scripts/build.sh" release --target netio-trace >&2
    exec python3 -B "$tree/scripts/lib/bench_${in_guest}_vm.py" --program "$tree/build/release/user/cli/netio-trace" "$@"
fi
case $what in
overhead | profile | comparison | busy | published | peers | accounting) ;;
*) fail "name a benchmark: scripts/bench.sh overhead, instructions, sampling, accounting, profile, comparison, busy, published or peers" ;;
esac

"$tree/scripts/setup.sh" build bench
"$tree/scripts/build.sh" release --target netio-trace >&2
# With SUDO_UID set the program would write with the rights of the user who called sudo, who may not write to root's
# scratch folder.
as_root env -u SUDO_UID python3 -B "$tree/scripts/lib/bench_$what.py" --program "$tree/build/release/user/cli/netio-trace" "$@"
