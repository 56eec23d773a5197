# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Every byte arrives as it was sent, and a byte that does not is reported."""

import contextlib
import select
import socket
import threading
import unittest

import netio


@contextlib.contextmanager
def flipping_proxy(server_port, flipped_byte):
    """The port of a proxy for one connection, which flips a bit of one byte that the server sends, counted from 0."""

    def forward():
        client, _ = listener.accept()
        seen = 0
        with client, contextlib.suppress(OSError):
            while True:
                for end in select.select([client, server], [], [])[0]:
                    data = bytearray(end.recv(4096))
                    if not data:
                        return
                    if end is server:
                        if seen <= flipped_byte < seen + len(data):
                            data[flipped_byte - seen] ^= 1
                        seen += len(data)
                    (client if end is server else server).sendall(data)

    with (socket.create_server(("127.0.0.1", 0)) as listener,
          socket.create_connection(("127.0.0.1", server_port)) as server):
        thread = threading.Thread(target=forward)
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)  # wakes accept(), if no client came
        thread.join()


class Verify(netio.Case):
    def test_each_variant_and_pattern_with_small_and_large_fields(self):
        for pattern in ("rr", "stream"):
            with self.subTest(pattern=pattern):
                run = self.run_cells("--verify", "--pattern", pattern, "--field-sizes", "64,64K", "--threads", 2,
                                     "--duration", 0.3, output=self.folder / pattern)
                self.assertEqual(len(run["cells"]), 6)
                for cell in run["cells"]:
                    # The receiver checks the answers; the sender checks the requests, where there are any.
                    self.assertGreater(cell["bytes_verified"]["receiver"], 0)
                    self.assertEqual(cell["bytes_verified"]["sender"] > 0, pattern == "rr")
                    self.assertTrue(all(law["holds"] for law in cell["laws"] if law.get("checked", True)), cell["laws"])
        self.assert_nothing_left()

    def test_a_flipped_bit_is_named_and_fails_the_client(self):
        # Message 3, field 2, offset 5 of a connection with fields of 100 bytes.
        flipped_byte = 3 * 800 + 2 * 100 + 5
        for variant in ("A1", "A2", "A3"):
            for pattern in ("rr", "stream"):
                with self.subTest(variant=variant, pattern=pattern):
                    common = ("--verify", "--pattern", pattern, "--field-size", 100)
                    _, server_port = self.start_server("--variant", variant, "--max-threads", 1, *common)
                    with flipping_proxy(server_port, flipped_byte) as port:
                        result = netio.run("client", "--connect", "127.0.0.1", "--port", port, "--threads", 1,
                                           "--duration", 0.3, *common)
                    self.assert_one_line_error(result, 1, "message 3", "field 2", "offset 5")


if __name__ == "__main__":
    unittest.main()
