"""From where a visitor comes: what limits for each address count by. Addresses are never stored nor logged.

Any client can write `X-Forwarded-For`. It is read only where the connection comes from a proxy named in
PLAYGROUND_PROXIES (addresses and networks, comma-separated, such as `127.0.0.1, 10.0.0.0/8`), from its end, where that
proxy has written, and only as far as further proxies that are named. uvicorn itself believes every program of its own
machine: so `Door` notes the connection's own address under `PEER`.
"""

import ipaddress
import os
from collections.abc import Mapping
from functools import cache

from starlette.datastructures import Headers
from starlette.types import Scope

from playground.core.errors import UserError
from playground.core.i18n import N_

VARIABLE, PEER = "PLAYGROUND_PROXIES", "playground.peer"
MAX_HOPS = 16
SITE = 64
"""Bits of an IPv6 address that name one site: a home or a machine has all addresses below them."""
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def client_address(scope: Scope, environ: Mapping[str, str] = os.environ) -> str:
    """The address of the visitor who sent this request or opened this socket, an IPv6 one as its /64 network; "" where
    the server does not know it (a Unix socket)."""
    peer = scope.get(PEER) or scope.get("client")
    address = _read(peer[0]) if peer else None
    trusted = proxies(environ.get(VARIABLE, ""))
    if address is None or not _among(address, trusted):
        return _site(address)
    hops = ",".join(Headers(scope=scope).getlist("x-forwarded-for")).split(",")
    for hop in reversed(hops[-MAX_HOPS:]):
        before = _read(hop)
        if before is None:  # nobody whom we trust has written this
            break
        address = before
        if not _among(address, trusted):
            break
    return _site(address)


@cache
def proxies(given: str) -> tuple[Network, ...]:
    """The networks named in the variable's text; `UserError` for what is none."""
    try:
        return tuple(ipaddress.ip_network(part.strip(), strict=False) for part in given.split(",") if part.strip())
    except ValueError:
        raise UserError(
            N_("{name} cannot be '{given}': give addresses or networks, such as {example}."),
            name=VARIABLE,
            given=given,
            example="10.0.0.0/8",
        ) from None


def _read(text: str) -> Address | None:
    """An address, with or without a port or brackets."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _among(address: Address, networks: tuple[Network, ...]) -> bool:
    return any(address.version == network.version and address in network for network in networks)


def _site(address: Address | None) -> str:
    if address is None:
        return ""
    if address.version == 4 or address.is_loopback:
        return str(address)
    return str(ipaddress.ip_network((address, SITE), strict=False))
