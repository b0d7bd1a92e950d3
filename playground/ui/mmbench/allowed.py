"""Whether the visitor may have the server call a service at all."""

from playground.core.errors import UserError
from playground.evaluation.mmbench.endpoint_hosts import EndpointHosts

from ..local_visitor import is_local


def is_offered() -> bool:
    try:
        hosts = EndpointHosts.from_environment()
    except UserError:
        return False
    return bool(hosts.listed) if hosts.listed is not None else local() and not hosts.public


def local() -> bool:
    """Whether the visitor is on the server's own machine, and that counts."""
    return is_local()
