"""Whose pages may talk to this server."""

import os
from collections.abc import Mapping
from urllib.parse import urlsplit

LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def same_origin(headers: Mapping[str, str], environ: Mapping[str, str] = os.environ) -> bool:
    """Whether a page of this server sent the request; other programs than browsers send no Origin.

    A browser that says so itself is believed (no page can write `Sec-Fetch-Site`). Else the Origin must be a host that
    the request was sent to. A proxy may have left the port out of `Host`, then the name decides; or, on the machine of
    this server, have put the server's own port there, as nginx does: so pages of the same machine may talk to it.

    PLAYGROUND_ORIGINS may name further hosts (comma-separated), for a page embedded elsewhere.
    """
    origin = headers.get("origin")
    if origin is None or headers.get("sec-fetch-site") == "same-origin":
        return True
    try:
        host, page = headers.get("host", "").lower(), urlsplit(origin.lower())
        if page.hostname in LOOPBACK and urlsplit(f"//{host}").hostname in LOOPBACK:
            return True
    except ValueError:  # no address
        return False
    hosts = {host, headers.get("x-forwarded-host", "").lower()}
    hosts |= {host.strip().lower() for host in environ.get("PLAYGROUND_ORIGINS", "").split(",")}
    return bool({page.netloc, page.hostname} & (hosts - {""}))
