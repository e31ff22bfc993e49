"""Frames of RFC 6455 over a plain socket: as right or as wrong as a case wants them."""

import socket
import struct

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
MASK = b"\x37\xfa\x21\x3d"
PATIENCE_S = 120


def masked(data):
    size = len(data)
    key = (MASK * (size // 4 + 1))[:size]
    return (int.from_bytes(data, "big") ^ int.from_bytes(key, "big")).to_bytes(size, "big")


def frame(opcode, payload=b"", final=True, reserved=0):
    """One frame as a client sends it; `reserved` are the three bits, 4 the first."""
    head = bytes([(0x80 if final else 0) | reserved << 4 | opcode])
    size = len(payload)
    if size < 126:
        head += bytes([0x80 | size])
    elif size < 65536:
        head += bytes([0x80 | 126]) + struct.pack(">H", size)
    else:
        head += bytes([0x80 | 127]) + struct.pack(">Q", size)
    return head + MASK + masked(payload)


def fragments(opcode, payload, size):
    """A message in frames of `size` bytes."""
    pieces = [payload[at : at + size] for at in range(0, len(payload), size)] or [b""]
    last = len(pieces) - 1
    return [
        frame(opcode if at == 0 else 0, piece, final=at == last) for at, piece in enumerate(pieces)
    ]


def chopped(data, size):
    return [data[at : at + size] for at in range(0, len(data), size)]


def close(code, reason=b""):
    return frame(CLOSE, struct.pack(">H", code) + reason)


class Connection:
    """A WebSocket whose frames are written and read by hand."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.input = b""
        self.send(
            b"GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        while b"\r\n\r\n" not in self.input:
            self.input += self.socket.recv(4096)
        head, self.input = self.input.split(b"\r\n\r\n", 1)
        assert head.startswith(b"HTTP/1.1 101 "), head
        assert b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" in head, head

    def send(self, data):
        try:
            self.socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            pass  # the server has failed us already, which the case may want

    def _fill(self, size):
        while len(self.input) < size:
            try:
                more = self.socket.recv(max(65536, size - len(self.input)))
            except ConnectionResetError:
                more = b""
            if not more:
                return False
            self.input += more
        return True

    def receive(self):
        """The next frame as (opcode, payload), or None at the end of the connection."""
        if not self._fill(2):
            return None
        first, size = self.input[0], self.input[1]
        assert first & 0x70 == 0 and size & 0x80 == 0, "a server does not mask"
        extra = {126: 2, 127: 8}.get(size, 0)
        if not self._fill(2 + extra):
            return None
        if extra:
            size = int.from_bytes(self.input[2 : 2 + extra], "big")
        if not self._fill(2 + extra + size):
            return None
        payload = self.input[2 + extra : 2 + extra + size]
        self.input = self.input[2 + extra + size :]
        return first & 0x0F, payload

    def done(self):
        self.socket.close()
