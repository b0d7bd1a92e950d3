"""A reverse proxy as `location /play/ { proxy_pass http://app/; }` makes one: it takes a prefix off, and knows nothing
outside of it."""

import asyncio
import re
import threading

HEAD = re.compile(rb"(\w+) (\S+) (HTTP/1\.1\r\n)")


class PrefixProxy:
    """Serves `prefix` of an address of its own from another port of this machine, in a thread."""

    def __init__(self, prefix: str, port: int):
        self.prefix, self.to = prefix.encode(), port
        self.outside: list[str] = []
        """What was asked for outside of the prefix."""
        self.loop = asyncio.new_event_loop()
        ready = threading.Event()
        self.thread = threading.Thread(target=self._work, args=(ready,), daemon=True)
        self.thread.start()
        ready.wait(10)
        self.url = f"http://127.0.0.1:{self.port}{prefix}"

    def _work(self, ready: threading.Event) -> None:
        server = self.loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        self.loop.run_forever()
        server.close()
        left = asyncio.all_tasks(self.loop)
        for task in left:
            task.cancel()
        self.loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        self.loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request for each connection, so that only the first line of it need be understood."""
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            method, path, version = HEAD.match(head).groups()
            if not path.startswith(self.prefix + b"/"):
                self.outside.append(path.decode())
                writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                await writer.drain()
                return
            first = b"%s %s %s" % (method, path.removeprefix(self.prefix), version)
            rest = head.partition(b"\r\n")[2]
            if b"upgrade: websocket" not in rest.lower():
                rest = re.sub(rb"(?i)\r\nconnection: [^\r]*", b"", b"\r\n" + rest, count=1)[2:]
                first += b"Connection: close\r\n"
            from_app, to_app = await asyncio.open_connection("127.0.0.1", self.to)
            to_app.write(first + rest)
            await asyncio.gather(_pipe(reader, to_app), _pipe(from_app, writer))
        except (OSError, asyncio.IncompleteReadError):
            pass  # the browser or the app has gone
        finally:
            writer.close()

    def stop(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while raw := await reader.read(65536):
            writer.write(raw)
            await writer.drain()
    finally:
        writer.close()
