# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Attaching and detaching while traffic runs: many short sessions, one after the other, leave nothing behind.

NETIO_SESSIONS says how many (default: 4, for each takes an emulated machine that is busy with traffic some 15 s).
"""

import os
import unittest

import guest

SESSIONS = int(os.environ.get("NETIO_SESSIONS", "4"))

COMMAND = """
# None is an answer; bpftool that fails is not.
count() { bpftool $1 show >/tmp/shown; grep -cE '^[0-9]+:' /tmp/shown || [ $? -eq 1 ]; }
more() { [ "$(cat /out/$1.open)" -gt "$(cat /out/$1.before)" ]; }
count prog >/out/programs.before
count map >/out/maps.before
cp /out/programs.before /out/programs.open
cp /out/maps.before /out/maps.open
netio-trace server --variant A3 --field-size 4096 --max-threads 1 --listen 127.0.0.1 >/out/server.txt 2>&1 &
server=$!
sleep 1
netio-trace client --field-size 4096 --threads 1 --duration 36000 --connect 127.0.0.1 >/out/client.txt 2>&1 &
client=$!
# The traffic yields to the sessions, which else would get a third of the one emulated CPU.
renice -n 19 -p $server $client
sleep 1
session=0
while [ $session -lt @SESSIONS@ ]; do
    backend=fentry
    [ $((session % 2)) -eq 0 ] || backend=kprobe
    netio-trace run --backend $backend --link loopback --variants A3 --field-sizes 64 --duration 0.02 --warmup 1 \\
        --port 9000 --output /out/last --force >/out/last.txt 2>&1 &
    run=$!
    if [ $session -eq 0 ]; then
        # What is counted at the end must be able to show that something is left.
        until more programs && more maps; do
            kill -0 $run 2>/dev/null || { echo "bpftool saw nothing of a session:"; cat /out/last.txt; exit 1; } >&2
            sleep 0.5
            count prog >/out/programs.open
            count map >/out/maps.open
        done
    fi
    wait $run || { cat /out/last.txt >&2; exit 1; }
    grep -q 'accounted 100.000 %' /out/last.txt || { cat /out/last.txt >&2; exit 1; }
    session=$((session + 1))
    echo $session >/out/sessions
done
{ kill -0 $server && kill -0 $client; } 2>/dev/null || { echo "the traffic ended by itself:"; cat /out/server.txt /out/client.txt; exit 1; } >&2
echo yes >/out/traffic_still_ran
kill $client $server
wait || true
# The kernel frees programs after a grace period.
for try in 1 2 3 4 5 6 7 8 9 10; do
    count prog >/out/programs.after
    cmp -s /out/programs.before /out/programs.after && break
    sleep 1
done
count map >/out/maps.after
""".replace("@SESSIONS@", str(SESSIONS))


class Sessions(guest.GuestCase):
    COMMAND = COMMAND
    TIMEOUT = 200 + 60 * SESSIONS

    def text(self, name):
        return (self.out / name).read_text().strip()

    def test_all_were_accounted_for_while_traffic_ran(self):
        self.assertEqual(self.text("sessions"), str(SESSIONS))
        self.assertEqual(self.text("traffic_still_ran"), "yes")

    def test_no_program_and_no_map_is_left(self):
        self.assertGreater(int(self.text("programs.open")), int(self.text("programs.before")), "seen while they are there")
        self.assertGreater(int(self.text("maps.open")), int(self.text("maps.before")), "seen while they are there")
        self.assertEqual(self.text("programs.after"), self.text("programs.before"))
        self.assertEqual(self.text("maps.after"), self.text("maps.before"))


if __name__ == "__main__":
    unittest.main()
