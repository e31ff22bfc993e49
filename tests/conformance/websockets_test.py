"""Python's `websockets`, a client that is not ours, against latchkey-echo. Run with LATCHKEY_ECHO=path."""

import asyncio
import os
import unittest

import websockets
from websockets.exceptions import ConnectionClosed, ConnectionClosedError

from echo import Echo


class Websockets(unittest.IsolatedAsyncioTestCase):
    @classmethod
    def setUpClass(cls):
        cls.echo = Echo("--message-bytes-max", str(1024 * 1024)).__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.echo.__exit__()

    def connect(self, **options):
        return websockets.connect(
            f"ws://127.0.0.1:{self.echo.port}/",
            **{"max_size": None, "open_timeout": 60, "close_timeout": 60, **options},
        )

    async def test_text_and_binary_come_back(self):
        async with self.connect() as socket:
            for message in ("", "κόσμε 😀", "x" * 70_000, b"", b"\xff\x00", os.urandom(70_000)):
                await socket.send(message)
                self.assertEqual(await socket.recv(), message)

    async def test_fragments_come_back_as_one_message(self):
        async with self.connect() as socket:
            await socket.send(["κό", "σ", "", "με"])
            self.assertEqual(await socket.recv(), "κόσμε")

    async def test_many_messages_in_flight_keep_their_order(self):
        async with self.connect() as socket:
            for number in range(2000):
                await socket.send(str(number))
            for number in range(2000):
                self.assertEqual(await socket.recv(), str(number))

    async def test_pings_are_answered(self):
        async with self.connect() as socket:
            for data in (b"", b"data", b"\xff" * 125):
                await asyncio.wait_for(await socket.ping(data), 60)

    async def test_both_close_with_the_same_code(self):
        for code in (1000, 1001, 3000, 4999):
            socket = await self.connect()
            await socket.close(code, "bye")
            self.assertEqual(socket.close_code, code)

    async def test_a_message_too_big_is_1009(self):
        async with self.connect() as socket:
            with self.assertRaises(ConnectionClosed):
                await socket.send(b"x" * (2 * 1024 * 1024))
                await socket.recv()
            self.assertEqual(socket.close_code, 1009)

    async def test_extensions_that_are_offered_are_declined(self):
        async with self.connect(compression="deflate") as socket:
            self.assertEqual(socket.extensions, [])
            await socket.send("plain")
            self.assertEqual(await socket.recv(), "plain")

    async def test_bad_text_is_1007(self):
        socket = await self.connect()
        await socket.ensure_open()
        await socket.write_frame(True, 1, b"\xed\xa0\x80")
        with self.assertRaises(ConnectionClosedError):
            await socket.recv()
        self.assertEqual(socket.close_code, 1007)

    async def test_a_crowd_is_served(self):
        async def visit(number):
            async with self.connect() as socket:
                await socket.send(f"visitor {number}")
                return await socket.recv()

        answers = await asyncio.gather(*(visit(number) for number in range(200)))
        self.assertEqual(answers, [f"visitor {number}" for number in range(200)])


if __name__ == "__main__":
    unittest.main()
