"""A second model that says which option a reply means, where no rule can read it (the paper's step after matching).

The judge sees question, options and reply, never the picture or the key. What it writes is read by the same rules as a
reply. Each reply is put to it up to three times; after that a letter is drawn, with a seed, and counted. A judge that
cannot be reached decides nothing: the rows stay unscored, and the next run asks again. Its calls are kept in a store as
those of a run are, so that none is paid for twice.
"""

import re
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from playground.core.errors import UserError

from .engine import Engine, Plan, answers
from .extraction import extract
from .extraction.extracted import JUDGE_DRAWN, JUDGE_FAILED, JUDGE_MATCHED, Extracted
from .extraction.fallback import filled
from .model import Answer, Model
from .question import Benchmark, Row
from .store import Store

TRIES = 3
"""How often a reply is put to the judge, as in VLMEvalKit, before a letter is drawn."""
CHINESE = re.compile(r"[\u4e00-\u9fff]")
ENGLISH_WORDS = """Match the answer with one of the options of a single-choice question. Say which option is closest \
in meaning to the answer. If the answer means none of the options, say Z. Write one capital letter only: the label of \
an option, or Z.
Example 1:
Question: Which animal is in the picture?
Options: A. horse B. goat C. parrot D. whale
Answer: a brown pony in a field
Your output: A
Example 2:
Question: Which animal is in the picture?
Options: A. horse B. goat C. parrot D. whale
Answer: a beetle
Your output: Z
Example 3:
Question: {question}
Options: {options}
Answer: {answer}
Your output: """
CHINESE_WORDS = """请把答案与单选题的选项相匹配，指出哪个选项的意思与答案最接近。\
如果答案与所有选项的意思都不同，请输出 Z。\
只输出一个大写字母：选项的字母，或 Z。
例 1：
问题：图中是什么动物？
选项：A. 马 B. 山羊 C. 鹦鹉 D. 鲸
答案：田野里的一匹棕色小马
输出：A
例 2：
问题：图中是什么动物？
选项：A. 马 B. 山羊 C. 鹦鹉 D. 鲸
答案：一只甲虫
输出：Z
例 3：
问题：{question}
选项：{options}
答案：{answer}
输出："""


@dataclass(frozen=True)
class Judged:
    """What became of the replies that no rule could read. All by the index of the row."""

    found: Mapping[int, Extracted]
    """Each with one of the judge's rules; a failed call has no letter."""
    judge: str
    """The judge's name."""
    reason: UserError | None = None
    """Why calls failed, if some did."""

    def count(self, rule: str) -> int:
        return sum(one.rule == rule for one in self.found.values())


def judge_prompt(row: Row, text: str) -> str:
    """What the judge is asked about a reply; in Chinese if the question is."""
    words = CHINESE_WORDS if CHINESE.search(row.question) else ENGLISH_WORDS
    options = " ".join(f"{label}. {option}" for label, option in row.options.items())
    return words.format(question=row.question, options=options, answer=text)


def unread(rows: Sequence[Row], texts: Mapping[int, str], found: Mapping[int, Extracted]) -> list[Row]:
    """The rows whose reply no rule could read; a call that failed is no reply."""
    return [
        row
        for row in rows
        if row.options and row.index in texts and found[row.index].letter is None
        if found[row.index].rule != "failed call"
    ]


async def judged(
    rows: Sequence[Row],
    texts: Mapping[int, str],
    judge: Model,
    store: Store,
    *,
    mode: str = "strict",
    concurrency: int = 8,
    seed: int = 0,
) -> Judged:
    """The judge's letters for these rows (see `unread`). `UserError` if its answers cannot be kept.

    `judge` sees no picture: give it no row's image (an endpoint has `blind`). `mode` reads what it writes; `seed` is
    of the letters that are drawn.
    """
    decided: dict[int, Extracted] = {}
    left, reason = list(rows), None
    for number in range(1, TRIES + 1):
        if not left:
            break
        one = _Try(judge, number)
        plan = Plan(_Replies("judge", tuple(left)), one, lambda row: judge_prompt(row, texts[row.index]), concurrency)
        last = await Engine(plan, store).run()
        kept = answers(plan, store)
        if len(kept) < len(left):
            reason = last.reason
        decided |= {row.index: Extracted(None, JUDGE_FAILED) for row in left if row.index not in kept}
        again = []
        for row in left:
            if row.index in kept:
                letter = extract(kept[row.index].text, row.options, mode).letter
                if letter is None:
                    again.append(row)
                else:
                    decided[row.index] = Extracted(letter, JUDGE_MATCHED)
        left = again
    drawn = filled(left, dict.fromkeys((row.index for row in left), None), seed).letters
    decided |= {index: Extracted(letter, JUDGE_DRAWN) for index, letter in drawn.items()}
    return Judged(decided, judge.name, reason)


class _Replies(Benchmark):
    """The judge's prompts hold all that decides its answers: which other replies are asked about does not matter."""

    @cached_property
    def key(self) -> str:
        return "judge"


class _Try:
    """The judge, asked for the `number`-th time: a call of its own in the store."""

    def __init__(self, judge: Model, number: int):
        self._judge, self._number = judge, number
        self._open = AsyncExitStack()

    @property
    def name(self) -> str:
        return self._judge.name

    @property
    def parameters(self) -> Mapping[str, Any]:
        return {**self._judge.parameters, "judge": self._number}

    async def answer(self, row: Row, prompt: str) -> Answer:
        return await self._judge.answer(row, prompt)

    async def __aenter__(self) -> "_Try":
        if isinstance(self._judge, AbstractAsyncContextManager):
            await self._open.enter_async_context(self._judge)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._open.aclose()
