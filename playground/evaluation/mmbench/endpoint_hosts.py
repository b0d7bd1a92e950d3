"""Which services a server calls for its visitors, and whose key it may send there.

A command or a script calls whatever its user names. A server calls what its operator has named in
`PLAYGROUND_ENDPOINTS`, parted by commas, each `HOST[:PORT]` or `HOST[:PORT]=VARIABLE` with the name of the variable
that holds the key for this host alone. Where the operator has named none, visitors on the server's own machine may call
any service if the operator trusts them (`PLAYGROUND_TRUST_LOCAL`), all others none.
"""

import ipaddress
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from playground.core.errors import UserError
from playground.core.i18n import N_

PORTS = {"http": 80, "https": 443}
VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def address(base_url: str) -> SplitResult:
    """The parts of a service's address; `UserError` unless it is plain http or https without a key or a query."""
    wrong = UserError(N_("Name the service by its address, such as https://host/v1, without a user name or a query."))
    try:
        parts = urlsplit(base_url.strip())
        parts.port  # noqa: B018  # raises where it is no number
    except ValueError:
        raise wrong from None
    if parts.scheme not in PORTS or not parts.hostname or "@" in parts.netloc or parts.query or parts.fragment:
        raise wrong
    if re.search(r"[\s\\\x00-\x1f]", base_url.strip()):
        raise wrong
    return parts


def place(parts: SplitResult) -> str:
    """Host and port, as one compares them: "host:443"."""
    return f"{(parts.hostname or '').rstrip('.')}:{parts.port or PORTS[parts.scheme]}"


def is_private(host: str) -> bool:
    """Whether a host, as it is written, is this machine or an address that the internet does not know."""
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith((".localhost", ".local", ".internal"))


@dataclass(frozen=True)
class EndpointHosts:
    """`listed`: the variable of the key ("" for none) by host and port; None: the operator has said nothing.
    `public`: whether this is a Space of the Hub, whose visitors never are on its machine."""

    listed: Mapping[str, str] | None = None
    public: bool = False

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> "EndpointHosts":
        named = environ.get("PLAYGROUND_ENDPOINTS")
        if named is None:
            return cls(None, "SPACE_ID" in environ)
        listed = {}
        for entry in filter(None, (part.strip() for part in named.split(","))):
            where, _, variable = entry.partition("=")
            for scheme in PORTS if "://" not in where else (where.partition("://")[0],):
                listed[place(address(f"{scheme}://{where.rpartition('://')[2]}"))] = variable.strip()
        return cls(listed, "SPACE_ID" in environ)

    def check_own_questions(self, base_url: str) -> None:
        """`UserError` where a service would answer, with the operator's key, whatever a visitor writes."""
        where = place(address(base_url))
        if self.listed is not None and self.listed.get(where):
            raise UserError(
                N_("With this server's key, {host} is asked the built-in PlotBench only, not questions of one's own."),
                host=where,
            )

    def check(self, base_url: str, key_variable: str, is_local: bool) -> None:
        """`UserError` unless a visitor may call this service with the key in this variable. `is_local`: the visitor is
        on the server's own machine."""
        where = place(address(base_url))
        if self.listed is None:
            if is_local and not self.public:
                return
            raise UserError(
                N_(
                    "Only the operator of this server can allow services (PLAYGROUND_ENDPOINTS; on your own machine, "
                    "start the server with PLAYGROUND_TRUST_LOCAL=on)."
                )
            )
        if where not in self.listed:
            raise UserError(
                N_("This server does not call {host}. It calls: {hosts}."),
                host=where,
                hosts=", ".join(sorted(self.listed)) or "-",
            )
        if key_variable and key_variable != self.listed[where]:
            raise UserError(
                N_("This server does not send the variable {name} to {host}."), name=key_variable, host=where
            )
