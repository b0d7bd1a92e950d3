"""What a chat/completions service sent back: an answer, a reason to try again, or a reason not to."""

import email.utils
import math
import time
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, Field, ValidationError
from tenacity import RetryCallState, wait_random_exponential
from tenacity.retry import retry_base

from playground.core.errors import UserError
from playground.core.i18n import N_

from .model import Answer

AGAIN = frozenset({408, 425, 429})
"""Statuses that pass, besides 500 and above."""


class NoAnswer(UserError):
    """This row has no answer; others may have."""


class Refused(UserError):
    """The service will not answer other rows, either: the run stops."""


class Again(UserError):
    """It may go better the next time, `after_s` seconds from now or later."""

    after_s = 0.0


def check_status(status: int, headers: Mapping[str, str]) -> None:
    """Nothing if the status is a success; what the service wrote about a failure is not repeated: it may name a key."""
    if 200 <= status < 300:
        return
    if status in AGAIN or status >= 500:
        error = Again(N_("The service answered with status {status}."), status=status)
        error.after_s = retry_after(headers.get("retry-after"))
        raise error
    if 300 <= status < 400:
        raise Refused(N_("The service sends its callers elsewhere, and redirects are not followed."))
    if status in (401, 402, 403):
        raise Refused(N_("The service refuses the key (status {status})."), status=status)
    if status in (404, 405):
        raise Refused(N_("The service does not know this address or this model (status {status})."), status=status)
    raise NoAnswer(N_("The service answered with status {status}."), status=status)


def retry_after(text: str | None, now: float | None = None) -> float:
    """Seconds of a Retry-After header, which holds a number or a date (RFC 9110, 10.2.3); 0 where it says nothing."""
    if not text:
        return 0.0
    try:
        seconds = float(text)
    except ValueError:
        try:
            seconds = email.utils.parsedate_to_datetime(text).timestamp() - (time.time() if now is None else now)
        except (ValueError, OverflowError):
            return 0.0
    return max(0.0, seconds) if math.isfinite(seconds) else 0.0


_jittered = wait_random_exponential(multiplier=0.5, max=30)


def pause(state: RetryCallState) -> float:
    """Seconds until the next try: random, up to twice as many each time, and on top of what the service asked for, so
    that those who were sent away together do not come back together."""
    return after_s(state) + _jittered(state)


def after_s(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome is not None else None
    return error.after_s if isinstance(error, Again) else 0.0


class PauseUpTo(retry_base):
    """Whether the service asks for a pause that is short enough."""

    def __init__(self, longest_s: float):
        self.longest_s = longest_s

    def __call__(self, state: RetryCallState) -> bool:
        return after_s(state) <= self.longest_s


class _Message(BaseModel):
    content: str | list[dict[str, Any]] | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    message: _Message


class _Reply(BaseModel):
    choices: list[_Choice] = Field(min_length=1)
    usage: Any = None


def answer_of(body: Any) -> Answer:
    """The answer in a reply's JSON; `Again` where it holds none."""
    try:
        reply = _Reply.model_validate(body)
    except ValidationError:
        raise Again(N_("The reply holds no answer.")) from None
    message = reply.choices[0].message
    if message.content is None and message.refusal is None:
        raise Again(N_("The reply holds no answer."))
    content = message.content or message.refusal or ""
    if isinstance(content, list):
        content = "".join(str(part.get("text") or "") for part in content if part.get("type", "text") == "text")
    return Answer(content, *(_count(reply.usage, name) for name in ("prompt_tokens", "completion_tokens")))


def _count(usage: Any, name: str) -> int | None:
    """Tokens that were counted; an answer is not asked for again because its tokens are told in another form."""
    count = usage.get(name) if isinstance(usage, Mapping) else None
    return count if isinstance(count, int) and not isinstance(count, bool) and count >= 0 else None
