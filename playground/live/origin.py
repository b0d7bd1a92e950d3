"""Whose pages may talk to this server."""

import os
from collections.abc import Mapping
from urllib.parse import urlsplit


def same_origin(headers: Mapping[str, str], environ: Mapping[str, str] = os.environ) -> bool:
    """Whether a page of this server sent the request; other programs than browsers send no Origin.

    A browser that says so itself is believed (no page can write `Sec-Fetch-Site`). Else the Origin must be a host that
    the request was sent to. A proxy may have left the port out of `Host`, so where it has none, the name decides.
    PLAYGROUND_ORIGINS may name further hosts (comma-separated), for a page embedded elsewhere.
    """
    origin = headers.get("origin")
    if origin is None or headers.get("sec-fetch-site") == "same-origin":
        return True
    hosts = {headers.get("host", "").lower(), headers.get("x-forwarded-host", "").lower()}
    hosts |= {host.strip().lower() for host in environ.get("PLAYGROUND_ORIGINS", "").split(",")}
    return bool({urlsplit(origin).netloc.lower(), (urlsplit(origin).hostname or "").lower()} & (hosts - {""}))
