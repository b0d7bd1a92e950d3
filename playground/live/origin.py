"""Whose pages may talk to this server."""

import os
from collections.abc import Mapping
from urllib.parse import urlsplit


def same_origin(headers: Mapping[str, str], environ: Mapping[str, str] = os.environ) -> bool:
    """Whether a page of this server sent the request; other programs than browsers send no Origin.

    PLAYGROUND_ORIGINS may name further hosts (comma-separated), for a page embedded elsewhere.
    """
    origin = headers.get("origin")
    if origin is None:
        return True
    hosts = {headers.get("host", "").lower(), headers.get("x-forwarded-host", "").lower()}
    hosts |= {host.strip().lower() for host in environ.get("PLAYGROUND_ORIGINS", "").split(",")}
    return urlsplit(origin).netloc.lower() in hosts - {""}
