"""Where a visitor comes from: nobody can forge it, and one IPv6 site is one visitor."""

import pytest

from playground.core.errors import UserError
from playground.live.address import PEER, client_address, proxies


def scope(peer: str, *forwarded: str, known: str | None = None) -> dict:
    headers = [(b"x-forwarded-for", text.encode()) for text in forwarded]
    made = {"type": "http", "client": (peer, 1), "headers": headers}
    return made if known is None else {**made, PEER: (known, 1)}


@pytest.mark.parametrize(
    ("peer", "trusted", "forwarded", "address"),
    [
        ("203.0.113.9", "", ["198.51.100.1"], "203.0.113.9"),
        ("127.0.0.1", "", ["198.51.100.1"], "127.0.0.1"),
        ("203.0.113.9", "10.0.0.0/8", ["198.51.100.1"], "203.0.113.9"),
        ("10.1.2.3", "10.0.0.0/8", ["198.51.100.1"], "198.51.100.1"),
        ("10.1.2.3", "10.0.0.0/8", [], "10.1.2.3"),
        # the visitor wrote the first entry, the proxy the second
        ("10.1.2.3", "10.0.0.0/8", ["1.1.1.1, 198.51.100.1"], "198.51.100.1"),
        ("10.1.2.3", "10.0.0.0/8", ["1.1.1.1", "198.51.100.1:4711"], "198.51.100.1"),
        ("10.1.2.3", "10.0.0.0/8, 192.0.2.7", ["1.1.1.1, 198.51.100.1, 192.0.2.7"], "198.51.100.1"),
        ("10.1.2.3", "10.0.0.0/8", ["198.51.100.1, nonsense"], "10.1.2.3"),
        ("10.1.2.3", "10.0.0.0/8", ["198.51.100.1, "], "10.1.2.3"),
        ("::ffff:203.0.113.9", "", [], "203.0.113.9"),
        ("::ffff:10.1.2.3", "10.0.0.0/8", ["198.51.100.1"], "198.51.100.1"),
        ("2001:db8:1:2:3:4:5:6", "", [], "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "", [], "2001:db8:1:2::/64"),
        ("10.1.2.3", "10.0.0.0/8", ["[2001:db8::9]:443"], "2001:db8::/64"),
        ("::1", "", [], "::1"),
        ("fe80::1%eth0", "", [], "fe80::/64"),
        ("testclient", "", ["198.51.100.1"], ""),
    ],
)
def test_address(peer, trusted, forwarded, address):
    assert client_address(scope(peer, *forwarded), {"PLAYGROUND_PROXIES": trusted}) == address


def test_what_uvicorn_has_read_from_the_header_does_not_count():
    assert client_address(scope("198.51.100.1", "198.51.100.1", known="203.0.113.9"), {}) == "203.0.113.9"


def test_a_unix_socket_has_no_address():
    assert client_address({"type": "http", "client": None, "headers": []}, {}) == ""


def test_nonsense_is_a_sentence():
    with pytest.raises(UserError) as refusal:
        proxies("10.0.0.0/8, my-proxy")
    assert "my-proxy" in refusal.value.sentence(str)
