"""By which names this server may be called, and which pages may frame it.

A page of the internet can give its own name the address 127.0.0.1 (DNS rebinding): a browser then takes what this
machine's servers answer for that page's. So who reaches the server at the machine's own (loopback) address must call
it by a loopback name. On a network, names cannot be known beforehand: there every name is answered, unless
PLAYGROUND_HOSTS lists them, separated by commas, `*.example.org` for all below one. A proxy on the same machine that
hands on the name that it was called by needs its name there.
"""

import ipaddress
import os
from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import Scope

VARIABLE = "PLAYGROUND_HOSTS"
SPACES = "https://huggingface.co"
"""Frames every Space."""


def is_loopback(name: str) -> bool:
    """Whether a name or an address is always this machine."""
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback


def allowed(scope: Scope, environ: Mapping[str, str] = os.environ) -> bool:
    """Whether the server answers to the name that this request calls it by."""
    called = Headers(scope=scope).get("host", "")
    try:
        name = (urlsplit(f"//{called}").hostname or "").rstrip(".")
    except ValueError:
        return False
    if "@" in called:
        return False
    listed = [part.strip().lower() for part in environ.get(VARIABLE, "").split(",") if part.strip()]
    here = str((scope.get("server") or ("",))[0])
    if is_loopback(here) and is_loopback(name):
        return True
    if listed:
        return name == here or any(_matches(name, pattern) for pattern in listed)
    return not is_loopback(here)


def _matches(name: str, pattern: str) -> bool:
    return pattern == "*" or name == pattern or (pattern.startswith("*.") and name.endswith(pattern[1:]))


def framing_sites(environ: Mapping[str, str] = os.environ) -> list[str]:
    """Hosts, with or without a port, and origins whose pages may frame the app, besides its own."""
    listed = [part.strip().lower() for part in environ.get("PLAYGROUND_ORIGINS", "").split(",")]
    return [*filter(None, listed), *([SPACES] if "SPACE_ID" in environ else [])]


def headers(environ: Mapping[str, str] = os.environ) -> list[tuple[bytes, bytes]]:
    """What every answer says to browsers: who may frame it, that files are what they are called, and that other
    servers are not told which page (its address holds settings and a run's id) a visitor comes from."""
    frames = ["'self'"]
    for site in framing_sites(environ):
        if "://" in site:
            frames.append(site)
            continue
        where = site if urlsplit(f"//{site}").port else f"{site}:*"
        frames += [f"http://{where}", f"https://{where}"]
    return [
        (b"content-security-policy", f"frame-ancestors {' '.join(frames)}".encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"same-origin"),
    ]
