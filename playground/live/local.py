"""Whether a visitor is on the server's own machine.

Behind a proxy on the same machine everybody seems to be there, since the proxy need not say for whom it asks. So nobody
is, unless whoever starts the server says that only people of this machine reach it: PLAYGROUND_TRUST_LOCAL=on.
"""

import os
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

VARIABLE = "PLAYGROUND_TRUST_LOCAL"
FORWARDED = ("x-forwarded-for", "x-forwarded-host", "x-real-ip", "forwarded", "via")


def trusted(address: str | None, headers: Any, environ: Mapping[str, str] = os.environ) -> bool:
    """A local address and host name, no sign of a proxy in between, and the operator's word."""
    if environ.get(VARIABLE, "").lower() not in ("on", "1", "yes"):
        return False
    if any(headers.get(name) for name in FORWARDED):
        return False
    try:
        local = address is None or ip_address(address).is_loopback
    except ValueError:
        return False
    return local and urlsplit(f"//{headers.get('host', '')}").hostname in ("localhost", "127.0.0.1", "::1")
