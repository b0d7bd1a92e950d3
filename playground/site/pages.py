"""The HTML of the static edition: a first page for each language, and a page for each lesson."""

import html
from collections.abc import Sequence

from playground.core.i18n import LANGUAGES, N_, fill, translator
from playground.core.strict_json import dumps

from .lessons import SiteLesson
from .recordings import FOLDER

TITLE = N_("Playground of generative models")
ABOUT = N_(
    "Lessons with recorded trainings: press play, drag the timeline, switch layers, predict before you look. "
    "Everything is in this folder; nothing is fetched from elsewhere."
)
APP = N_("In the app the models train while you watch, and every setting can be turned.")
OPEN_APP = N_("Open the app")
START_APP = N_("It starts with {command} where the playground is installed.")
LESSONS = N_("Lessons")
SIZE = N_("{steps:step|steps}, about {minutes:minute|minutes}")
SOME_IN_APP = N_("{count:of them uses|of them use} the app")
NO_SCRIPT = N_("Pictures and steps need JavaScript, which is switched off in this browser.")
LOADING = N_("The recording is being loaded…")
COMMAND = "python -m playground serve"
HOMES = {"en": "index.html", "zh": "index.zh.html"}


def home(lang: str, lessons: Sequence[SiteLesson], app: str, pictures: dict[str, str]) -> str:
    """The first page. `pictures`: lesson -> the name of its picture, less its ground and ending."""
    translate = translator(lang)
    others = " ".join(
        f'<a href="{HOMES[code]}" lang="{code}" hreflang="{code}">{title}</a>'
        for code, title in LANGUAGES.items()
        if code != lang
    )
    start = f'<a href="{_text(app)}">{_text(translate(OPEN_APP))}</a>'
    if not app:
        start = fill(_text(translate(START_APP)), command=f"<code>{COMMAND}</code>")
    cards = "".join(_card(one, pictures.get(one.name), translate) for one in lessons)
    body = f"""<header class="pg-site-head"><h1>{_text(translate(TITLE))}</h1><nav>{others}</nav></header>
<main class="pg-site pg-site-home">
<p>{_text(translate(ABOUT))} {_text(translate(APP))} {start}</p>
<h2>{_text(translate(LESSONS))}</h2>
<ul class="pg-site-cards">{cards}</ul>
</main>"""
    return _page(lang, translate(TITLE), body, "")


def _card(lesson: SiteLesson, picture: str | None, translate) -> str:
    size = fill(translate(SIZE), steps=len(lesson.data["lesson"]["steps"]), minutes=lesson.minutes)
    if lesson.in_app:
        size += " · " + fill(translate(SOME_IN_APP), count=len(lesson.in_app))
    shown = ""
    if picture:
        shown = (
            f'<picture><source srcset="pictures/{picture}-dark.webp" media="(prefers-color-scheme: dark)">'
            f'<img src="pictures/{picture}-light.webp" width="220" height="220" alt="" loading="lazy"></picture>'
        )
    return f'<li><a href="{lesson.path}">{shown}<b>{_text(lesson.title)}</b><span>{_text(size)}</span></a></li>'


def lesson(one: SiteLesson) -> str:
    """The page of a lesson: its data in it, and links to the scripts that it needs at first."""
    translate = translator(one.lang)
    first = next((step["recording"] for step in one.data["lesson"]["steps"][:1] if step["recording"]), None)
    names = [f"words.{one.lang}", *([f"{FOLDER}/{first}", f"{FOLDER}/{first}.{one.lang}"] if first else [])]
    scripts = "".join(f'<script defer src="../{name}.js"></script>\n' for name in [*names, "playground"])
    other = " ".join(
        f'<a href="{one.name}.{code}.html" lang="{code}" hreflang="{code}">{title}</a>'
        for code, title in LANGUAGES.items()
        if code != one.lang
    )
    home = f"../{HOMES[one.lang]}"
    data = dumps({**one.data, "home": home}, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    body = f"""<header class="pg-site-head"><h1><a href="{home}">{_text(translate(TITLE))}</a></h1>
<nav>{other}</nav></header>
<main class="pg-site"><noscript>{_text(translate(NO_SCRIPT))}</noscript>
<div id="lesson">{_text(translate(LOADING))}</div></main>
<script type="application/json" id="lesson-data">{data}</script>
{scripts}"""
    return _page(one.lang, one.title, body, "../")


def _page(lang: str, title: str, body: str, up: str) -> str:
    return f"""<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{_text(title)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{up}playground.css">
</head>
<body>
{body}
</body>
</html>
"""


def _text(words: str) -> str:
    return html.escape(words)
