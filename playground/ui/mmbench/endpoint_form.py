"""The fields that name a service, and whether the visitor may have the server call it."""

from typing import Any

from playground.core.i18n import N_, Translate
from playground.evaluation.mmbench.endpoint import Endpoint
from playground.evaluation.mmbench.endpoint_hosts import EndpointHosts, address, place

from .allowed import local


def url_field(room: Any, hosts: EndpointHosts, key: str, translate: Translate) -> str:
    """The address; where the operator has listed services, their hosts are named."""
    listed = ", ".join(sorted(hosts.listed)) if hosts.listed else None
    help = None
    if listed:
        help = translate(N_("This server calls: {hosts}.")).format(hosts=listed)
    return room.text_input(
        translate(N_("Address of the service")),
        key=f"{key} url",
        placeholder="http://localhost:8000/v1",
        help=help,
        max_chars=500,
    )


def variable_field(room: Any, hosts: EndpointHosts, key: str, translate: Translate) -> str:
    """The variable of the key; "" where the operator says which."""
    if hosts.listed is not None:
        return ""
    return room.text_input(
        translate(N_("Environment variable of the key")),
        key=f"{key} variable",
        help=translate(N_("Its name, not the key. Empty: the service wants none.")),
    )


def checked(hosts: EndpointHosts, url: str, model: str, variable: str, blind: bool) -> Endpoint:
    """The service; `UserError` where the visitor may not call it, or it is not named."""
    if hosts.listed is not None:
        variable = hosts.listed.get(place(address(url)), "")
    hosts.check(url, variable, local())
    return Endpoint(url, model.strip(), variable, blind=blind)
