"""A chat/completions service on this machine, over real sockets, that answers as a test wants it to, badly if need be.

As a script it answers every question by "A" after a pause: python tests/support/vision_service.py PAUSE_S; it tells its
port, and for each line that it reads how often it was asked.
"""

import asyncio
import json
import ssl
import sys
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Reply:
    """`body`: JSON values, or bytes sent as they are. `torn`: the connection ends after half of the body."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    torn: bool = False
    pause_s: float = 0.0


def says(text: str, usage: Any = (100, 2), **rest: Any) -> Reply:
    """A good reply. `usage`: tokens of the prompt and of the reply; None: not counted."""
    counted = {} if usage is None else {"usage": dict(zip(("prompt_tokens", "completion_tokens"), usage, strict=True))}
    return Reply({"choices": [{"message": {"role": "assistant", "content": text}}], **counted}, **rest)


class Service:
    """Use it in a `with`. `reply(body, tries)` says what is sent for the request that was the `tries`-th with its text;
    `asked` counts the requests by their text, `bodies` and `headers` hold them. With a `certificate` it is https."""

    def __init__(
        self,
        reply: Callable[[dict, int], Reply] = lambda body, tries: says("A"),
        certificate: ssl.SSLContext | None = None,
    ):
        self.reply = reply
        self.certificate = certificate
        self.asked: Counter[str] = Counter()
        self.bodies: list[dict] = []
        self.headers: list[dict[str, str]] = []
        self.under_way = self.most_under_way = 0
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._serve(),), daemon=True)

    def __enter__(self) -> "Service":
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(10)

    @property
    def url(self) -> str:
        return f"{'https' if self.certificate else 'http'}://127.0.0.1:{self.port}/v1"

    async def _serve(self) -> None:
        self._over = asyncio.Event()
        server = await asyncio.start_server(self._connection, "127.0.0.1", 0, ssl=self.certificate)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._over.wait()
        server.close()
        open_still = asyncio.all_tasks() - {asyncio.current_task()}
        for task in open_still:
            task.cancel()
        await asyncio.gather(*open_still, return_exceptions=True)

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._request(reader, writer):
                pass
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _request(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """One request of a connection; whether there may be another."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        lines = head.split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        body = json.loads(await reader.readexactly(int(headers["content-length"])))
        text = body["messages"][0]["content"][-1]["text"]
        self.asked[text] += 1
        self.bodies.append(body)
        self.headers.append({**headers, "path": lines[0].split()[1]})
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            reply = self.reply(body, self.asked[text])
            await asyncio.sleep(reply.pause_s)
        finally:
            self.under_way -= 1
        raw = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
        fields = {"Content-Type": "application/json", "Content-Length": str(len(raw)), **reply.headers}
        start = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        writer.write(
            f"HTTP/1.1 {reply.status} Told\r\n{start}\r\n".encode() + raw[: len(raw) // 2 if reply.torn else None]
        )
        await writer.drain()
        return not reply.torn


if __name__ == "__main__":
    with Service(lambda body, tries: says("A", pause_s=float(sys.argv[1]))) as service:
        print(service.port, flush=True)
        for _ in sys.stdin:
            print(service.asked.total(), flush=True)
