"""A service over a real socket that is slow, busy, broken or curious: what is asked again, and where the key goes."""

import asyncio
import base64
import email.utils
import json
import logging
import time

import pytest
from support.mmbench_run import PIXEL, questions, text
from support.vision_service import Reply, Service, says

from playground.core.errors import UserError
from playground.evaluation.mmbench.endpoint import Endpoint, data_url
from playground.evaluation.mmbench.endpoint_hosts import EndpointHosts
from playground.evaluation.mmbench.engine import Engine, Plan
from playground.evaluation.mmbench.model import Answer
from playground.evaluation.mmbench.replies import NoAnswer, Refused, retry_after
from playground.evaluation.mmbench.store import Store

KEY = "sk-very-secret-123"
ROW = questions(1).rows[0]


def ask(service, row=ROW, prompt="What?", **options):
    async def asked():
        async with Endpoint(service.url, "m", **options) as endpoint:
            return await endpoint.answer(row, prompt)

    return asyncio.run(asyncio.wait_for(asked(), 20))


@pytest.fixture
def key(monkeypatch):
    monkeypatch.setenv("MADE_UP_KEY", KEY)
    return {"key_variable": "MADE_UP_KEY"}


def test_a_picture_and_a_prompt_are_asked_at_temperature_zero(key):
    with Service(lambda body, tries: says(" The answer is B.\n")) as service:
        assert ask(service, **key) == Answer(" The answer is B.\n", 100, 2)
    (body,), (headers,) = service.bodies, service.headers
    (message,) = body["messages"]
    assert body["model"] == "m" and body["temperature"] == 0 and "max_tokens" not in body
    assert [part["type"] for part in message["content"]] == ["image_url", "text"]
    kind, _, data = message["content"][0]["image_url"]["url"].partition(";base64,")
    assert kind == "data:image/png" and base64.b64decode(data) == PIXEL
    assert headers["path"] == "/v1/chat/completions" and headers["authorization"] == f"Bearer {KEY}"


def test_a_blind_run_sends_no_picture_and_is_another_run():
    with Service() as service:
        ask(service, blind=True, max_tokens=9)
        assert [part["type"] for part in service.bodies[0]["messages"][0]["content"]] == ["text"]
        assert service.bodies[0]["max_tokens"] == 9 and "authorization" not in service.headers[0]
        seeing, blind = (Endpoint(service.url, "m", blind=blind).parameters for blind in (False, True))
    assert seeing != blind
    assert data_url(b"\xff\xd8\xff\xe0").startswith("data:image/jpeg;")


@pytest.mark.parametrize(
    "bad",
    [
        *(Reply({}, status) for status in (408, 429, 500, 502, 503)),
        says("torn" * 50, torn=True),
        Reply(b"<html>"),
        Reply(b"\xff\xfe"),
        Reply(b"[" * 100_000),
        *(Reply(body) for body in ([], {"error": {"message": "no"}}, {"choices": []}, {"choices": [{"message": {}}]})),
        says("late", pause_s=0.6),
    ],
    ids=lambda bad: f"{bad.status}-{str(bad.body)[:12]}",
)
def test_what_may_go_better_is_asked_again(bad):
    with Service(lambda body, tries: bad if tries < 2 else says("A")) as service:
        assert ask(service, timeout_s=0.3).text == "A"
    assert service.asked == {"What?": 2}


@pytest.mark.parametrize(
    "status, kind", [(400, NoAnswer), (422, NoAnswer), (401, Refused), (403, Refused), (404, Refused)]
)
def test_what_will_not_go_better_is_asked_once_and_not_repeated(status, kind, key):
    with (
        Service(lambda body, tries: Reply({"error": f"bad key {KEY}"}, status)) as service,
        pytest.raises(kind) as told,
    ):
        ask(service, **key)
    assert service.asked.total() == 1 and str(status) in str(told.value) and KEY not in str(told.value)


def test_tries_end():
    with Service(lambda body, tries: Reply({}, 500)) as service, pytest.raises(NoAnswer, match="500"):
        ask(service, attempts=3)
    assert service.asked.total() == 3


def test_retry_after_is_waited_for_unless_it_is_too_long():
    busy = {"Retry-After": "1"}
    with Service(lambda body, tries: Reply({}, 429, busy) if tries < 2 else says("A")) as service:
        begun = time.monotonic()
        ask(service)
        assert 1 <= time.monotonic() - begun < 2.5
        with pytest.raises(NoAnswer, match="429"):
            ask(service, prompt="other", longest_pause_s=0.5)
    assert service.asked == {"What?": 2, "other": 1}


def test_retry_after_is_seconds_or_a_date():
    assert retry_after("7") == 7 and retry_after("1.5") == 1.5
    assert retry_after(email.utils.formatdate(1000 + 90, usegmt=True), now=1000) == pytest.approx(90)
    assert [retry_after(text) for text in (None, "", "soon", "-5", "nan", "Sun, 06 Nov 1994 08:49:37 GMT")] == [0] * 6


@pytest.mark.parametrize(
    "body, answer",
    [
        ({"content": [{"type": "text", "text": "A"}, {"type": "x"}, {"type": "text", "text": "B"}]}, "AB"),
        ({"content": None, "refusal": "I cannot."}, "I cannot."),
        ({"content": ""}, ""),
    ],
)
def test_answers_in_other_forms(body, answer):
    with Service(lambda _, tries: Reply({"choices": [{"message": body}], "usage": {"prompt_tokens": "7"}})) as service:
        assert ask(service) == Answer(answer, None, None)


def test_an_endless_reply_is_cut_off():
    with Service(lambda body, tries: says("x" * 5_000_000)) as service, pytest.raises(NoAnswer, match="too long"):
        ask(service)


def test_a_redirect_is_not_followed_and_the_key_stays_where_it_was_sent(key):
    with Service() as other:
        there = {"Location": other.url + "/chat/completions"}
        with Service(lambda body, tries: Reply({}, 307, there)) as service, pytest.raises(Refused, match="redirects"):
            ask(service, **key)
        assert not other.asked and service.asked.total() == 1


def test_the_key_is_in_no_file_log_message_or_representation(key, tmp_path, caplog, monkeypatch):
    """Of a run in which every third row fails in another way, all logs on."""
    bad = (Reply({"error": KEY}, 400), Reply(KEY.encode()), Reply({}, 500))
    caplog.set_level(logging.DEBUG)
    with Service(
        lambda body, tries: bad[len(service.asked) // 3 % 3] if len(service.asked) % 3 == 0 else says("A")
    ) as service:
        endpoint = Endpoint(service.url, "m", attempts=1, **key)
        with Store(tmp_path / "calls.jsonl") as store:
            last = asyncio.run(Engine(Plan(questions(30), endpoint, text, 1), store).run())
    assert (last.done, last.failed) == (20, 10) and {h["authorization"] for h in service.headers} == {f"Bearer {KEY}"}
    written = (tmp_path / "calls.jsonl").read_text() + caplog.text + repr(endpoint) + repr(last)
    assert KEY not in written and KEY not in json.dumps(endpoint.parameters)
    monkeypatch.setenv("MADE_UP_KEY", "another")  # read when a call is made
    with Service() as service:
        ask(service, **key)
    assert service.headers[0]["authorization"] == "Bearer another"


@pytest.mark.parametrize("value", [None, " ", "two words", "kéy", "line\nbreak"])
def test_a_key_that_is_none_is_not_sent(value, monkeypatch, key):
    monkeypatch.delenv("MADE_UP_KEY") if value is None else monkeypatch.setenv("MADE_UP_KEY", value)
    with Service() as service, pytest.raises(Refused, match="MADE_UP_KEY"):
        ask(service, **key)
    assert not service.asked


def test_a_key_in_place_of_its_name_and_one_over_plain_http_are_refused(key):
    with pytest.raises(UserError, match="not the key itself") as told:
        Endpoint("https://a.example/v1", "m", KEY)
    assert KEY not in str(told.value)
    far = Endpoint("http://a.example/v1", "m", attempts=1, **key)
    with pytest.raises(Refused, match="https"):
        asyncio.run(far.answer(ROW, "What?"))


@pytest.mark.parametrize(
    "url", ["", "a.example/v1", "ftp://a/v1", "https://u:p@a/v1", "https://a/v1?k=1", "http://a:x/", "http://a\\@b/"]
)
def test_other_addresses_are_refused(url):
    with pytest.raises(UserError, match="address"):
        Endpoint(url, "m")


HOSTS = {"PLAYGROUND_ENDPOINTS": "api.example=MADE_UP_KEY, http://10.0.0.5:8000,[::1]:9000"}


@pytest.mark.parametrize(
    "url, variable",
    [
        ("https://api.example/v1", "MADE_UP_KEY"),
        ("https://API.example:443/v1", ""),
        ("http://10.0.0.5:8000/v1", ""),
        ("http://[::1]:9000/v1", ""),
    ],
)
def test_visitors_call_what_the_operator_has_listed(url, variable):
    for is_local in (True, False):
        EndpointHosts.from_environment(HOSTS).check(url, variable, is_local)


@pytest.mark.parametrize(
    "url, variable",
    [
        ("https://api.example/v1", "AWS_SECRET_ACCESS_KEY"),  # another secret of the server
        ("http://10.0.0.5:8000/v1", "MADE_UP_KEY"),  # the key of another host
        ("https://api.example:8443/v1", ""),
        ("https://api.example.evil.example/v1", ""),
        ("http://10.0.0.5/v1", ""),
        *(
            (f"http://{host}/v1", "")
            for host in ("127.0.0.1", "localhost", "169.254.169.254", "[::ffff:127.0.0.1]", "2130706433")
        ),
    ],
)
def test_and_nothing_else(url, variable):
    for is_local in (True, False):
        with pytest.raises(UserError):
            EndpointHosts.from_environment(HOSTS).check(url, variable, is_local)
        with pytest.raises(UserError):
            EndpointHosts.from_environment({"PLAYGROUND_ENDPOINTS": ""}).check(url, variable, is_local)


def test_questions_of_ones_own_are_asked_without_the_operators_key():
    hosts = EndpointHosts.from_environment(HOSTS)
    hosts.check_own_questions("http://10.0.0.5:8000/v1")
    EndpointHosts.from_environment({}).check_own_questions("https://api.example/v1")
    with pytest.raises(UserError, match="api.example:443"):
        hosts.check_own_questions("https://API.example/v1")


def test_without_a_list_only_visitors_on_the_same_machine_call_services():
    url = "http://localhost:11434/v1"
    EndpointHosts.from_environment({}).check(url, "", True)
    for environ, is_local in (({}, False), ({"SPACE_ID": "a/b"}, True)):
        with pytest.raises(UserError, match="PLAYGROUND_ENDPOINTS"):
            EndpointHosts.from_environment(environ).check(url, "", is_local)
