"""A line to a port of this machine that is slow: a delay each way, and so many bytes a second."""

import asyncio
import contextlib
import threading

PIECE = 1 << 12
"""Bytes that are sent on at a time."""


class SlowLine:
    """Whatever goes through it takes `delay` seconds longer, and as long as a line of `rate` bytes a second needs for
    it: what comes meanwhile waits its turn, each way by itself. In a thread of its own."""

    def __init__(self, port: int, delay: float, rate: float):
        self.to, self.delay, self.rate, self.bytes = port, delay, rate, 0
        self.loop = asyncio.new_event_loop()
        ready = threading.Event()
        self._thread = threading.Thread(target=self._work, args=(ready,), daemon=True)
        self._thread.start()
        ready.wait(10)

    def _work(self, ready: threading.Event) -> None:
        asyncio.set_event_loop(self.loop)
        with contextlib.suppress(asyncio.CancelledError):
            self.loop.run_until_complete(self._listen(ready))
        self.loop.close()

    async def _listen(self, ready: threading.Event) -> None:
        """Until it is closed."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        """Where it is to be called."""
        self._listening = asyncio.current_task()
        ready.set()
        try:
            await asyncio.Event().wait()
        finally:
            server.close()
            ending = asyncio.all_tasks() - {self._listening}
            for task in ending:
                task.cancel()
            await asyncio.gather(*ending, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            back, there = await asyncio.open_connection("127.0.0.1", self.to)
            await asyncio.gather(self._pipe(reader, there), self._pipe(back, writer))
        except (OSError, asyncio.CancelledError):  # one end is gone, or all of it
            pass
        finally:
            writer.close()

    async def _pipe(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        """What comes is sent on later, in order."""
        under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

        async def send() -> None:
            while True:
                due, piece = await under_way.get()
                await asyncio.sleep(due - self.loop.time())
                if not piece:
                    sink.close()
                    return
                sink.write(piece)
                await sink.drain()

        sending, free = self.loop.create_task(send()), 0.0
        try:
            while True:
                piece = await source.read(PIECE)
                self.bytes += len(piece)
                free = max(free, self.loop.time()) + len(piece) / self.rate
                under_way.put_nowait((free + self.delay, piece))
                if not piece:
                    break
            await sending
        finally:
            sending.cancel()

    def close(self) -> None:
        assert self._listening is not None
        self.loop.call_soon_threadsafe(self._listening.cancel)
        self._thread.join(10)
