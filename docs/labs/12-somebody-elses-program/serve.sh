#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Serves a file of 1 MiB a hundred times: sh serve.sh on|off, with sendfile on or off.
set -eu
echo "sendfile $1;" >netio-lab.conf
[ -f file ] || head -c 1048576 /dev/zero >file
PATH=$PATH:/usr/sbin:/sbin
nginx -e stderr -p "$PWD" -c nginx.conf &
server=$!
for try in 1 2 3 4 5 6 7 8 9 10; do
    ! curl -s -o /dev/null http://127.0.0.1:18099/file || break
    sleep 0.2
done
curl -s http://127.0.0.1:18099/file'?[1-99]' >/dev/null
kill -QUIT "$server"
wait "$server"
