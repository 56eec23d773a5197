#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# Builds tests with a sanitizer, and runs them: of the model, of what counts and reads counts, and of the senders and
# receivers with their threads. Those of connections need root, and are left out without it.
#
# usage: quick.sh asan-ubsan|tsan
set -euo pipefail
preset=$1
tree=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
tests=(unit/base unit/model unit/tracer unit/workload)
if [[ $EUID -eq 0 ]]; then
    tests+=(host/workload)
else
    echo "tests/host/workload is left out: it needs root"
fi
targets=("${tests[@]/#/tests/}")
"$tree/scripts/build.sh" "$preset" --target "${targets[@]/%//all}"
for folder in "${tests[@]}"; do
    while IFS= read -r program; do
        echo "== $folder: $(basename "$program")"
        "$program" --gtest_brief=1 </dev/null
    done < <(find "$tree/build/$preset/tests/$folder" -maxdepth 1 -type f -executable)
done
