"""The protocol cases that every WebSocket server is measured by, numbered as the Autobahn list numbers them, on the
wire by hand: framing (1), pings (2), reserved bits (3), opcodes (4), fragmentation (5), UTF-8 (6), close (7), limits
(9). Run with LATCHKEY_ECHO=path/to/latchkey-echo."""

import struct
import unittest

from echo import Echo
from frames import (
    BINARY, CLOSE, PING, PONG, TEXT, Connection, chopped, close, fragments, frame, masked, MASK,
)

KIB, MIB = 1024, 1024 * 1024
KOSME = "κόσμε".encode()
GREETING = "Hello-µ@ßöäüàá-UTF-8!!".encode()


def fails(code):
    return (CLOSE, code)


def echoes(*messages):
    return [(TEXT, m) if isinstance(m, bytes) else m for m in messages]


class Cases(unittest.TestCase):
    """A case is what is sent, write by write, and the frames that must come back. A case that does not fail ends with
    our own close, which must come back as well: nothing else lies in between."""

    @classmethod
    def setUpClass(cls):
        cls.echo = Echo().__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.echo.__exit__()

    def case(self, name, writes, expected):
        with self.subTest(case=name):
            connection = Connection(self.echo.port)
            if isinstance(writes, bytes):
                writes = [writes]
            for data in writes:
                connection.send(data)
            failing = bool(expected) and expected[-1][0] == CLOSE
            if not failing:
                connection.send(close(1000))
                expected = [*expected, (CLOSE, 1000)]
            for opcode, payload in expected:
                got = connection.receive()
                self.assertIsNotNone(got, "the connection ended")
                if opcode == CLOSE:
                    code = struct.unpack(">H", got[1][:2])[0] if got[1] else None
                    got, payload = (got[0], code), payload
                self.assertEqual(got[0], opcode)
                self.assertTrue(got[1] == payload, f"{str(got[1])[:80]} is not {str(payload)[:80]}")
            if failing:
                connection.socket.shutdown(1)
            self.assertIsNone(connection.receive(), "the server ends the connection first")
            connection.done()

    def test_1_framing(self):
        for opcode, series in ((TEXT, 1), (BINARY, 2)):
            byte = b"*" if opcode == TEXT else b"\xfe"
            for number, size in enumerate((0, 125, 126, 127, 128, 65535, 65536), 1):
                data = byte * size
                self.case(f"1.{series}.{number}", frame(opcode, data), [(opcode, data)])
            data = byte * 65536
            self.case(f"1.{series}.8", chopped(frame(opcode, data), 997), [(opcode, data)])

    def test_2_pings(self):
        for number, data in enumerate((b"", b"Hello, world!", b"\x00\xff\xfe\xfd\xfc\xfb\x00\xff", b"\xfe" * 125), 1):
            self.case(f"2.{number}", frame(PING, data), [(PONG, data)])
        self.case("2.5", frame(PING, b"\xfe" * 126), [fails(1002)])
        self.case("2.6", chopped(frame(PING, b"\xfe" * 125), 1), [(PONG, b"\xfe" * 125)])
        self.case("2.7", frame(PONG), [])
        self.case("2.8", frame(PONG, b"unsolicited pong payload"), [])
        self.case("2.9", frame(PONG, b"unsolicited") + frame(PING, b"ping"), [(PONG, b"ping")])
        pings = [frame(PING, b"payload-%d" % i) for i in range(10)]
        pongs = [(PONG, b"payload-%d" % i) for i in range(10)]
        self.case("2.10", b"".join(pings), pongs)
        self.case("2.11", chopped(b"".join(pings), 1), pongs)

    def test_3_reserved_bits(self):
        small = b"Hello, world!"
        self.case("3.1", frame(TEXT, small, reserved=1), [fails(1002)])
        for number, reserved in ((2, 2), (3, 3), (4, 4)):
            data = frame(TEXT, small) + frame(TEXT, small, reserved=reserved) + frame(PING)
            writes = chopped(data, 1) if number == 4 else data
            self.case(f"3.{number}", writes, [(TEXT, small), fails(1002)])
        self.case("3.5", frame(BINARY, b"\x00\xff\xfe", reserved=5), [fails(1002)])
        self.case("3.6", frame(PING, small, reserved=6), [fails(1002)])
        self.case("3.7", frame(CLOSE, reserved=7), [fails(1002)])

    def test_4_opcodes(self):
        for series, opcodes in ((1, range(3, 8)), (2, range(11, 16))):
            for number, opcode in enumerate(opcodes, 1):
                data = frame(TEXT, b"Hello") + frame(opcode, b"reserved") + frame(PING)
                writes = chopped(data, 1) if number > 3 else data
                self.case(f"4.{series}.{number}", writes, [(TEXT, b"Hello"), fails(1002)])

    def test_5_fragmentation(self):
        first, last = frame(TEXT, b"fragment1", final=False), frame(0, b"fragment2")
        whole, ping = (TEXT, b"fragment1fragment2"), frame(PING, b"ping payload")
        pong = (PONG, b"ping payload")
        self.case("5.1", frame(PING, b"f", final=False) + frame(0, b"g"), [fails(1002)])
        self.case("5.2", frame(PONG, b"f", final=False) + frame(0, b"g"), [fails(1002)])
        self.case("5.3", first + last, [whole])
        self.case("5.4", [first, last], [whole])
        self.case("5.5", chopped(first + last, 1), [whole])
        self.case("5.6", first + ping + last, [pong, whole])
        self.case("5.7", [first, ping, last], [pong, whole])
        self.case("5.8", chopped(first + ping + last, 1), [pong, whole])
        for number, final in ((9, True), (10, True), (11, True), (12, False), (13, False), (14, False)):
            data = frame(0, b"non-continuation payload", final=final) + frame(TEXT, b"Hello, world!")
            self.case(f"5.{number}", chopped(data, 1) if number % 3 == 2 else data, [fails(1002)])
        self.case("5.15", first + last + frame(0, b"fragment3", final=False) + frame(TEXT, b"f4"), [whole, fails(1002)])
        for number, final in ((16, False), (17, True)):
            round_ = frame(0, b"fragment1", final=final) + frame(TEXT, b"fragment2", final=False) + last
            self.case(f"5.{number}", round_ * 2, [fails(1002)])
        self.case("5.18", first + frame(TEXT, b"fragment2"), [fails(1002)])
        five = [frame(TEXT if i == 1 else 0, b"fragment%d" % i, final=i == 5) for i in range(1, 6)]
        pings = [frame(PING, b"pongme %d!" % i) for i in (1, 2)]
        back = [(PONG, b"pongme 1!"), (PONG, b"pongme 2!"), (TEXT, b"".join(b"fragment%d" % i for i in range(1, 6)))]
        self.case("5.19", b"".join([*five[:2], pings[0], *five[2:4], pings[1], five[4]]), back)
        self.case("5.20", [*five[:2], pings[0], *five[2:4], pings[1], five[4]], back)

    def test_6_1_to_6_4_text(self):
        self.case("6.1.1", frame(TEXT), [(TEXT, b"")])
        self.case("6.1.2", frame(TEXT, final=False) + frame(0, final=False) + frame(0), [(TEXT, b"")])
        self.case("6.1.3", frame(TEXT, final=False) + frame(0, b"m", final=False) + frame(0), [(TEXT, b"m")])
        self.case("6.2.1", frame(TEXT, GREETING), [(TEXT, GREETING)])
        self.case("6.2.2", b"".join(fragments(TEXT, GREETING, 9)), [(TEXT, GREETING)])
        self.case("6.2.3", b"".join(fragments(TEXT, GREETING, 1)), [(TEXT, GREETING)])
        self.case("6.2.4", fragments(TEXT, KOSME, 1), [(TEXT, KOSME)])
        bad = KOSME + b"\xed\xa0\x80" + b"edited"
        self.case("6.3.1", frame(TEXT, bad), [fails(1007)])
        self.case("6.3.2", b"".join(fragments(TEXT, bad, 1)), [fails(1007)])

    def test_6_4_fails_before_the_message_is_whole(self):
        for beyond, number in ((b"\xf4\x90", 1), (b"\xf4\x90", 3)):
            rest_is_to_come = frame(TEXT, KOSME, final=False) + frame(0, beyond + b"\x80\x80", final=False)
            self.case(f"6.4.{number}", rest_is_to_come, [fails(1007)])
            # Of the second frame only the bytes come that cannot be mended.
            head = frame(0, bytes(20), final=False)[:6]
            self.case(f"6.4.{number + 1}", [frame(TEXT, KOSME, final=False), head + masked(beyond)], [fails(1007)])
            whole = frame(TEXT, bytes(200))[:8]
            self.assertEqual(whole[4:8], MASK)
            self.case(f"6.4.{number} in one frame", [whole, masked(KOSME + beyond)], [fails(1007)])

    def test_6_5_to_6_23_characters(self):
        """The sequences of Markus Kuhn's stress test and the edges of RFC 3629."""
        edges = [0, 0x7F, 0x80, 0x7FF, 0x800, 0xFFF, 0x1000, 0xCFFF, 0xD000, 0xD7FF, 0xE000, 0xFFFD, 0xFFFE, 0xFFFF]
        edges += [0xFDD0, 0xFDEF, 0x10000, 0x3FFFF, 0x40000, 0xFFFFF, 0x100000, 0x10FFFF]
        edges += [plane << 16 | 0xFFFE for plane in range(1, 17)] + [plane << 16 | 0xFFFF for plane in range(1, 17)]
        for edge in edges:
            data = b"<" + chr(edge).encode() + b">"
            self.case(f"6.5-6.9, 6.22-6.23: U+{edge:04X}", frame(TEXT, data), [(TEXT, data)])
        for at in range(1, len(KOSME)):
            cut = KOSME[:at]
            try:
                cut.decode()
                expected = [(TEXT, cut)]
            except UnicodeDecodeError:
                expected = [fails(1007)]
            self.case(f"6.6: the first {at} bytes", frame(TEXT, cut), expected)
        wrong = [
            b"\xf4\x90\x80\x80", b"\xf7\xbf\xbf\xbf", b"\xf8\x88\x80\x80\x80", b"\xfb\xbf\xbf\xbf\xbf",
            b"\xfc\x84\x80\x80\x80\x80", b"\xfd\xbf\xbf\xbf\xbf\xbf", b"\x80", b"\xbf", b"\x80\xbf", b"\x80\xbf\x80",
            bytes(range(0x80, 0xC0)), b" ".join(bytes([b]) for b in range(0xC0, 0xE0)) + b" ",
            b" ".join(bytes([b]) for b in range(0xE0, 0xF0)) + b" ", b" ".join(bytes([b]) for b in range(0xF0, 0xF8)) + b" ",
            b"\xc0", b"\xe0\x80", b"\xf0\x80\x80", b"\xdf", b"\xef\xbf", b"\xf7\xbf\xbf", b"\xfe", b"\xff",
            b"\xfe\xfe\xff\xff", b"\xc0\xaf", b"\xe0\x80\xaf", b"\xf0\x80\x80\xaf", b"\xc1\xbf", b"\xe0\x9f\xbf",
            b"\xf0\x8f\xbf\xbf", b"\xc0\x80", b"\xe0\x80\x80", b"\xf0\x80\x80\x80", b"\xed\xa0\x80", b"\xed\xad\xbf",
            b"\xed\xae\x80", b"\xed\xaf\xbf", b"\xed\xb0\x80", b"\xed\xbe\x80", b"\xed\xbf\xbf",
            b"\xed\xa0\x80\xed\xb0\x80", b"\xed\xaf\xbf\xed\xbf\xbf",
        ]
        for data in wrong:
            self.case(f"6.10-6.21: {data[:8].hex()}", frame(TEXT, data), [fails(1007)])
            self.case(f"the same in fragments: {data[:8].hex()}", b"".join(fragments(TEXT, data, 1)), [fails(1007)])

    def test_7_close(self):
        self.case("7.1.1", frame(TEXT, b"Hello World!"), [(TEXT, b"Hello World!")])
        self.case("7.1.2", close(1000) + close(1000), [(CLOSE, 1000)])
        self.case("7.1.3", close(1000) + frame(PING), [(CLOSE, 1000)])
        self.case("7.1.4", close(1000) + frame(TEXT, b"Hello World!"), [(CLOSE, 1000)])
        self.case("7.1.5", frame(TEXT, b"fragment1", final=False) + close(1000) + frame(0, b"fragment2"), [(CLOSE, 1000)])
        big = b"BAsd7&jh23" * 26 * KIB
        self.case("7.1.6", frame(TEXT, big) + frame(TEXT, b"Hello World!"), [(TEXT, big), (TEXT, b"Hello World!")])
        self.case("7.3.1", frame(CLOSE), [(CLOSE, None)])
        self.case("7.3.2", frame(CLOSE, b"a"), [fails(1002)])
        self.case("7.3.3", close(1000), [(CLOSE, 1000)])
        self.case("7.3.4", close(1000, b"Hello World!"), [(CLOSE, 1000)])
        self.case("7.3.5", close(1000, b"*" * 123), [(CLOSE, 1000)])
        self.case("7.3.6", close(1000, b"*" * 124), [fails(1002)])
        self.case("7.5.1", close(1000, KOSME + b"\xed\xa0\x80" + b"edited"), [fails(1007)])
        for number, code in enumerate((1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999), 1):
            self.case(f"7.7.{number}", close(code), [(CLOSE, code)])
        for number, code in enumerate((0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999), 1):
            self.case(f"7.9.{number}", close(code), [fails(1002)])
        self.case("7.13.1", close(5000), [fails(1002)])
        self.case("7.13.2", close(65535), [fails(1002)])

    def test_9_sizes(self):
        for opcode, series in ((TEXT, 1), (BINARY, 2)):
            for number, size in enumerate((64 * KIB, 256 * KIB, MIB, 4 * MIB, 8 * MIB, 16 * MIB), 1):
                data = b"*" * size if opcode == TEXT else b"\xfe" * size
                self.case(f"9.{series}.{number}", frame(opcode, data), [(opcode, data)])
        data = b"*" * (4 * MIB)
        for opcode, series in ((TEXT, 3), (BINARY, 4)):
            for number, size in enumerate((64, 256, KIB, 4 * KIB, 16 * KIB, 64 * KIB, 256 * KIB, MIB, 4 * MIB), 1):
                self.case(f"9.{series}.{number}", b"".join(fragments(opcode, data, size)), [(opcode, data)])
        for opcode, series in ((TEXT, 5), (BINARY, 6)):
            for number, size in enumerate((64, 128, 256, 512, 1024, 2048), 1):
                part = data[: MIB if size >= 512 else 64 * KIB]
                self.case(f"9.{series}.{number}", chopped(frame(opcode, part), size), [(opcode, part)])

    def test_9_7_round_trips(self):
        for opcode, series in ((TEXT, 7), (BINARY, 8)):
            for number, size in enumerate((0, 16, 64, 256, 1024, 4096), 1):
                connection = Connection(self.echo.port)
                with self.subTest(case=f"9.{series}.{number}"):
                    for _ in range(200):
                        connection.send(frame(opcode, b"*" * size))
                        self.assertEqual(connection.receive(), (opcode, b"*" * size))
                connection.done()

    def test_10_1_a_message_in_frames_of_a_size_of_their_own(self):
        data = b"*" * 65536
        self.case("10.1.1", b"".join(fragments(TEXT, data, 1300)), [(TEXT, data)])


class Limits(unittest.TestCase):
    def test_a_message_beyond_the_limit_is_refused_by_its_head(self):
        with Echo("--message-bytes-max", "1000") as echo:
            connection = Connection(echo.port)
            connection.send(frame(TEXT, b"a" * 1000))
            self.assertEqual(connection.receive(), (TEXT, b"a" * 1000))
            connection.send(frame(TEXT, b"a" * (48 * MIB))[:14])
            opcode, payload = connection.receive()
            self.assertEqual((opcode, payload[:2]), (CLOSE, struct.pack(">H", 1009)))
            connection.done()


if __name__ == "__main__":
    unittest.main()
