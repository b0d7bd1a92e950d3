"""A model behind a chat/completions service that sees pictures: OpenAI's interface, which most services speak.

The key is known by the name of the environment variable that holds it. It is read when a call is made, goes to the host
of `base_url` alone, since redirects are not followed, and is in no file, message or representation.
"""

import asyncio
import base64
import contextlib
import json
import os
import ssl
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

import httpx2
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt

from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.core.strict_json import dumps

from .endpoint_hosts import VARIABLE, address, is_private
from .model import Answer
from .replies import Again, NoAnswer, PauseUpTo, Refused, answer_of, check_status, pause

if TYPE_CHECKING:
    from .question import Row

MAX_REPLY_BYTES = 4_000_000
SIGNATURES = {b"\x89PNG": "png", b"\xff\xd8\xff": "jpeg", b"GIF8": "gif", b"RIFF": "webp"}
"""How a picture's bytes begin, and its type."""


@dataclass(frozen=True)
class Endpoint:
    """`base_url` is what stands before `/chat/completions`. Use it in an `async with`, inside which `answer` works."""

    base_url: str
    model: str
    key_variable: str = ""
    """Name of the environment variable with the key; "": the service wants none."""
    blind: bool = False
    """Leave the pictures out: what the texts alone give away."""
    temperature: float | None = 0.0
    """None: the service's own, for models that take no other."""
    max_tokens: int | None = None
    """Longest reply; None: the service's own limit."""
    timeout_s: float = 60.0
    """Of one try."""
    attempts: int = 6
    longest_pause_s: float = 120.0
    """A service that asks for a longer pause is not waited for: the row fails, and is asked in the next run."""
    trust_environment: bool = True
    """Whether the proxies of the environment are used; never for private addresses."""
    _idle: list[httpx2.AsyncClient] = field(default_factory=list, init=False, repr=False, compare=False)

    def __post_init__(self):
        address(self.base_url)
        if self.key_variable and not VARIABLE.fullmatch(self.key_variable):
            raise UserError(N_("Give the name of the environment variable that holds the key, not the key itself."))
        if not self.model.strip():
            raise UserError(N_("Name the model of the service."))

    @property
    def name(self) -> str:
        return self.model

    @cached_property
    def _url(self) -> httpx2.URL:
        return httpx2.URL(f"{self.base_url.strip().rstrip('/')}/chat/completions")

    @property
    def parameters(self) -> Mapping[str, Any]:
        """What decides a reply besides the prompt; neither the key nor how patiently it is asked for."""
        return {
            "base_url": self.base_url.strip().rstrip("/"),
            "temperature": self.temperature,
            "max_tokens": self.max_tokens,
            "blind": self.blind,
        }

    async def __aenter__(self) -> "Endpoint":
        return self

    async def __aexit__(self, *_: object) -> None:
        while self._idle:
            await self._idle.pop().aclose()

    @contextlib.asynccontextmanager
    async def _client(self) -> AsyncIterator[httpx2.AsyncClient]:
        """A client with a connection of its own, kept open for the next call: a pool that all share looks through all
        of its connections at every call, which costs more than the call."""
        client = self._idle.pop() if self._idle else self._new_client()
        try:
            yield client
        finally:
            self._idle.append(client)

    def _new_client(self) -> httpx2.AsyncClient:
        where = address(self.base_url)
        return httpx2.AsyncClient(
            follow_redirects=False,
            # by http there is nothing to verify, nor to load for it
            verify=_trusted() if where.scheme == "https" else False,
            timeout=self.timeout_s,
            limits=httpx2.Limits(max_connections=1, max_keepalive_connections=1),
            trust_env=self.trust_environment and not is_private(where.hostname or ""),
        )

    async def answer(self, row: "Row", prompt: str) -> Answer:
        """The reply; `Refused` where no other row would fare better, `NoAnswer` where the tries are used up."""
        key = self._key()
        content = dumps(self._request(row, prompt)).encode()
        tries = AsyncRetrying(
            stop=stop_after_attempt(self.attempts),
            wait=pause,
            retry=retry_if_exception_type(Again) & PauseUpTo(self.longest_pause_s),
            reraise=True,
        )
        try:
            return await tries(self._try, content, key)
        except Again as error:
            raise NoAnswer(error.template, **error.values) from None

    def _key(self) -> str:
        """The key as it is now."""
        if not self.key_variable:
            return ""
        key = os.environ.get(self.key_variable, "").strip()
        if not key:
            raise Refused(N_("The environment variable {name} is not set."), name=self.key_variable)
        if not key.isascii() or not key.isprintable() or " " in key:
            raise Refused(N_("What the environment variable {name} holds is not a key."), name=self.key_variable)
        where = address(self.base_url)
        if where.scheme == "http" and not is_private(where.hostname or ""):
            raise Refused(N_("A key is sent only by https."))
        return key

    def _request(self, row: "Row", prompt: str) -> dict[str, Any]:
        parts: list[dict[str, Any]] = [{"type": "text", "text": prompt}]
        if row.image is not None and not self.blind:
            parts.insert(0, {"type": "image_url", "image_url": {"url": data_url(row.image)}})
        optional = {"temperature": self.temperature, "max_tokens": self.max_tokens}
        return {
            "model": self.model,
            "messages": [{"role": "user", "content": parts}],
            **{name: value for name, value in optional.items() if value is not None},
        }

    async def _try(self, content: bytes, key: str) -> Answer:
        """One request. `Again`: another try may do better."""
        headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {key}"} if key else {})}
        raw = bytearray()
        try:
            async with (
                asyncio.timeout(self.timeout_s),
                self._client() as client,
                client.stream("POST", self._url, content=content, headers=headers) as reply,
            ):
                check_status(reply.status_code, reply.headers)
                async for piece in reply.aiter_bytes():
                    raw += piece
                    if len(raw) > MAX_REPLY_BYTES:
                        raise NoAnswer(N_("The reply is too long."))
        except (TimeoutError, httpx2.TimeoutException):
            raise Again(N_("The service did not answer in {seconds} s."), seconds=self.timeout_s) from None
        except (httpx2.TransportError, httpx2.DecodingError) as error:
            if _is_untrusted(error):
                raise Refused(
                    N_("The certificate of the service is not trusted. SSL_CERT_FILE can name a file of authorities.")
                ) from None
            raise Again(N_("The connection failed ({kind})."), kind=type(error).__name__) from None
        try:
            return answer_of(json.loads(raw))
        except (ValueError, RecursionError) as error:
            if isinstance(error, UserError):
                raise
            raise Again(N_("The reply is no JSON.")) from None


def data_url(image: bytes) -> str:
    """A picture as the text of a URL."""
    kind = next((kind for start, kind in SIGNATURES.items() if image.startswith(start)), "png")
    return f"data:image/{kind};base64,{base64.b64encode(image).decode()}"


def _is_untrusted(error: BaseException) -> bool:
    """Whether a certificate was refused: no later try will find a better one."""
    inner = error.__cause__ or error.__context__
    return isinstance(error, ssl.SSLCertVerificationError) or (inner is not None and _is_untrusted(inner))


@cache
def _trusted() -> ssl.SSLContext:
    """The authorities that are trusted, read once for all connections: the system's, or those in the file that the
    environment variable SSL_CERT_FILE names."""
    try:
        return httpx2.create_ssl_context()
    except (OSError, ssl.SSLError) as error:
        raise Refused(N_("The file of SSL_CERT_FILE cannot be read ({kind})."), kind=type(error).__name__) from None
