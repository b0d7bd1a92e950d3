"""Every text in both languages, with its placeholders."""

import ast
import json
import re

import pytest

from playground.commands import translations
from playground.core import i18n
from playground.core.config import specs
from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.core.registry import FAMILIES
from playground.core.resources import ROOT

OTHERS = [lang for lang in i18n.LANGUAGES if lang != "en"]


@pytest.mark.parametrize("lang", OTHERS)
def test_catalogue_is_complete(lang):
    found = translations.problems(lang)
    assert not found, "run `python -m playground.commands.translations` and translate:\n" + "\n".join(found)


def test_extraction_finds_marked_texts_and_only_those():
    ids = {message.id for message in translations.extract()}
    assert "Seed of all random numbers: the same seed and settings give the same run, to the bit." in ids
    assert "There is no family '{name}'; there are: {names}." in ids  # template of a UserError
    assert not any("pydantic" in id_ for id_ in ids)


def marked_in_f_strings(text: str) -> list[str]:
    return [
        ast.unparse(call)
        for whole in ast.walk(ast.parse(text))
        if isinstance(whole, ast.JoinedStr)
        for call in ast.walk(whole)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "N_"
    ]


def test_no_text_is_marked_inside_an_f_string():
    """The extraction reads an f-string as one word: such a text would stay English."""
    assert marked_in_f_strings("f'{_(N_(\"here\"))}'") and not marked_in_f_strings("N_('here')")
    sources = [*(ROOT / "playground").rglob("*.py"), *(ROOT / "pages").glob("*.py")]
    assert {path.name: found for path in sources if (found := marked_in_f_strings(path.read_text("utf-8")))} == {}


@pytest.mark.parametrize("name", FAMILIES)
def test_every_setting_can_be_translated(name):
    """Titles and helps come from marked texts, so that the catalogue has them."""
    ids = {message.id for message in translations.extract()}
    for spec in specs(FAMILIES[name].Config):
        assert spec.title in ids
        assert spec.help in ids


def test_english_is_the_message_itself_and_unknown_languages_too():
    assert i18n.translator("en")("Seed") == "Seed"
    assert i18n.translator("xx")("Seed") == "Seed"


def test_chinese_translates_and_leaves_the_unknown_alone():
    translate = i18n.translator("zh")
    assert translate("Seed") == "随机种子"
    assert translate("no such message") == "no such message"


def test_a_refusal_is_translated_before_it_is_filled_in():
    refusal = UserError(N_("There is no family '{name}'; there are: {names}."), name="x", names="gan")
    sentence = refusal.sentence(i18n.translator("zh"))
    assert "x" in sentence
    assert "gan" in sentence
    assert "There is" not in sentence


@pytest.mark.parametrize(
    ("locale", "lang"),
    [("zh-CN", "zh"), ("zh", "zh"), ("ZH-Hant-TW", "zh"), ("en-GB", "en"), ("de", "en"), (None, "en"), ("", "en")],
)
def test_language_of_a_browser(locale, lang):
    assert i18n.language_of(locale) == lang


def test_marks_must_survive_translation():
    assert translations.marks("a {name} and [data:real] in $x^2$") == ["$x^2$", "[data:", "{name}"]
    assert translations.marks("no {b} {a}") == translations.marks("{a} {b} 没有")
    assert translations.marks("{a}") != translations.marks("{b}")


@pytest.mark.parametrize(
    ("number", "said"), [(0, "0 points"), (1, "1 point"), (2, "2 points"), ("1", "1 point"), ("1,024", "1,024 points")]
)
def test_a_number_has_its_noun_in_the_right_form(number, said):
    assert i18n.fill("{n:point|points}", n=number) == said
    assert i18n.fill("{n} 个点", n=number) == f"{number} 个点"


def test_what_is_filled_in_otherwise_is_as_ever():
    assert i18n.fill("{a}, {b:.2f}, {text}", a="x|y", b=0.5, text="{n}") == "x|y, 0.50, {n}"
    with pytest.raises(KeyError):
        i18n.fill("{a}")


def test_a_refusal_counts_in_both_languages():
    refusal = UserError(
        N_("Row {row} has {count:cell|cells}, but the table has {columns:column|columns}."), row=3, count=1, columns=2
    )
    assert str(refusal) == "Row 3 has 1 cell, but the table has 2 columns."
    assert refusal.sentence(i18n.translator("zh")) == "第 3 行有 1 个单元格，但只有 2 列。"


def test_a_translation_needs_no_forms_of_nouns():
    assert translations.marks("{n:point|points} of {m:.1f}") == translations.marks("{m:.1f}, {n}") == ["{m:.1f}", "{n}"]


NEVER_ONE = (
    "all {count} vectors",
    "{train} vectors",
    "has reached {steps} steps",
    "{swing} percentage points",
    "{points} points",
    "{model} names",
    "{model} answers",
    "{block} steps",
    "last {steps} steps",
    "for {steps} steps",
    "times in {steps} steps",
    "With {steps} steps and",
    "first {steps} steps",
    "first {first} steps",
    "than {warmup} steps",
    "back {memory} steps",
    "of {chain}",
    "only {chain} steps",
    "{rate} steps/s",
    "{rate} frames a second",
    "{given} frames per second",
    "{fewest} points",
    "{most} points",
    "{most} calls",
    "{most} characters",
    "{longest} characters",
    "{most} columns",
    "{most} rows",
    "{most} numbers",
    "{most} steps",
    "{side} pixels",
    "million pixels",
    "{height} pixels",
    "{columns} pixels",
    "{columns} numbers",
    "{rows} numbers",
    "{size} numbers",
    "That grid has {count} cells",
    "each of {cells} cells",
    "{cells} cells, each of",
    "These are {count} contestants",
    "only {count} different points",
    "There are {given} classes",
    "{length} characters",
    "{length} tokens",
    "{longest} tokens",
    "{trained} tokens",
    "{window} characters",
)
"""Limits, windows of a diagnosis, sizes of networks, shares with decimals, and what is said only of more than one."""


def test_no_text_says_one_points():
    """A noun that has two forms in one text has them in every text whose number may be 1."""
    forms = re.compile(r"\{\w+:([^{}|]*)\|([^{}]*)\}")
    ids = [str(message.id) for message in translations.extract() if message.id]
    nouns = {
        word
        for id_ in ids
        for one, many in forms.findall(id_)
        for word in set(many.split()) - set(one.split())
        if word.endswith("s") and word not in ("is", "has", "uses", "belongs")
    }
    assert {"points", "steps", "minutes"} <= nouns
    counted = re.compile(rf"\{{\w+\}}\**(?: [a-z]+)? (?:{'|'.join(sorted(nouns))})\b")
    for id_ in ids:
        bare = id_
        for fragment in NEVER_ONE:
            bare = bare.replace(fragment, "")
        assert not counted.search(bare), f"write {{n:one|many}}, filled in by `fill`, in {id_!r}"


def test_problems_names_missing_fuzzy_obsolete_and_lost_placeholders(monkeypatch):
    wanted, have = translations.Catalog(), translations.Catalog(locale="zh")
    for text in ("fine", "missing", "empty", "fuzzy", "lost {name}"):
        wanted.add(text)
    have.add("fine", "好")
    have.add("empty", "")
    have.add("fuzzy", "也许", flags={"fuzzy"})
    have.add("lost {name}", "丢了")
    have.add("obsolete", "旧")
    monkeypatch.setattr(translations, "extract", lambda: wanted)
    monkeypatch.setattr(translations, "read_catalogue", lambda lang: have)
    assert translations.problems("zh") == [
        "obsolete: 'obsolete'",
        "missing: 'missing'",
        "missing: 'empty'",
        "fuzzy: 'fuzzy'",
        "placeholders differ: 'lost {name}'",
    ]


def test_translations_are_filled_in_from_a_file(monkeypatch, tmp_path):
    catalogue = tmp_path / "zh.po"
    monkeypatch.setattr(translations, "catalogue_path", lambda lang: catalogue)
    monkeypatch.setattr(i18n, "catalogue_path", lambda lang: catalogue)
    wanted = translations.Catalog()
    wanted.add("hello {name}")
    monkeypatch.setattr(translations, "extract", lambda: wanted)
    missing = tmp_path / "missing.json"
    assert translations.main(["--missing", str(missing)]) == 0
    assert json.loads(missing.read_text("utf-8")) == {"hello {name}": ""}
    missing.write_text(json.dumps({"hello {name}": "你好"}), "utf-8")
    assert translations.main(["--fill", str(missing)]) == 2  # the placeholder is lost
    missing.write_text(json.dumps({"hello {name}": "{name}，你好"}), "utf-8")
    assert translations.main(["--fill", str(missing)]) == 0
    assert translations.problems("zh") == []
