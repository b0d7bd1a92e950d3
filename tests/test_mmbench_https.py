"""A service by real https, with certificates of an authority made for the test."""

import asyncio
import ssl

import pytest
import trustme
from support.mmbench_run import questions, text
from support.vision_service import Reply, Service, says

from playground.evaluation.mmbench import endpoint as module
from playground.evaluation.mmbench.endpoint import Endpoint
from playground.evaluation.mmbench.engine import Engine, Plan
from playground.evaluation.mmbench.replies import Refused
from playground.evaluation.mmbench.store import Store

KEY = "sk-very-secret-456"


@pytest.fixture
def authority():
    return trustme.CA()


@pytest.fixture(autouse=True)
def trusted(authority, tmp_path, monkeypatch):
    """The authority is trusted as docs/settings.md says."""
    file = tmp_path / "authorities.pem"
    authority.cert_pem.write_to_path(file)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    monkeypatch.setenv("MADE_UP_KEY", KEY)
    module._trusted.cache_clear()
    yield
    module._trusted.cache_clear()


def certificate(authority, host="127.0.0.1"):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(host).configure_cert(context)
    return context


def ask(service):
    async def asked():
        async with Endpoint(service.url, "m", "MADE_UP_KEY") as endpoint:
            return await endpoint.answer(questions(1).rows[0], "What?")

    return asyncio.run(asyncio.wait_for(asked(), 20))


def test_a_trusted_certificate_is_accepted(authority):
    with Service(lambda body, tries: says("B"), certificate(authority)) as service:
        assert service.url.startswith("https://") and ask(service).text == "B"
    assert service.headers[0]["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize("why", ["another authority", "another host"])
def test_any_other_is_refused_in_one_sentence_and_sees_neither_key_nor_question(authority, why, tmp_path):
    wrong = certificate(trustme.CA()) if why == "another authority" else certificate(authority, "other.example")
    with Service(certificate=wrong) as service:
        with pytest.raises(Refused, match="certificate of the service is not trusted"):
            ask(service)
        with Store(tmp_path / "calls.jsonl") as store:  # a run stops at once
            last = asyncio.run(Engine(Plan(questions(30), Endpoint(service.url, "m"), text, 1), store).run())
    assert (last.state, last.done, last.failed) == ("refused", 0, 1)
    assert not service.asked and not service.headers


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_file_of_authorities_that_is_none_is_a_sentence(authority, content, tmp_path, monkeypatch):
    file = tmp_path / "broken.pem"
    if content is not None:
        file.write_text(content)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with Service(certificate=certificate(authority)) as service, pytest.raises(Refused, match="SSL_CERT_FILE"):
        ask(service)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_never_takes_the_key_elsewhere(authority, status):
    with Service(certificate=certificate(authority)) as other:
        there = {"Location": other.url + "/chat/completions"}
        with (
            Service(lambda body, tries: Reply({}, status, there), certificate(authority)) as service,
            pytest.raises(Refused, match="redirects"),
        ):
            ask(service)
    assert not other.headers and service.asked.total() == 1
