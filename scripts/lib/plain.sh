#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# Runs plain.c's server and client, each in a network namespace without a name, with a veth pair between them. Prints
# what the client prints. To be run as: unshare --net plain.sh PROGRAM FIELD_SIZE THREADS SECONDS
set -euo pipefail

program=$1 field_size=$2 threads=$3 seconds=$4
unshare --net "$program" server "$field_size" &
server=$!
trap 'kill $server' EXIT
until [[ $(readlink "/proc/$server/ns/net") != $(readlink /proc/self/ns/net) ]]; do sleep 0.01; done

ip link add near type veth peer name far netns "$server"
ip address add 10.0.0.1/24 dev near
ip link set near up
nsenter --net --target "$server" ip address add 10.0.0.2/24 dev far
nsenter --net --target "$server" ip link set far up
"$program" client "$field_size" 10.0.0.2 "$threads" "$seconds"
