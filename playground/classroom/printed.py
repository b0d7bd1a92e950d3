"""A lesson on paper: one page that needs nothing else, with the QR code that opens it."""

import html

from playground.core.i18n import N_, Translate, fill

from . import goals
from .lesson import Lesson
from .markdown import to_html

STYLE = """body{font:11pt/1.45 system-ui,sans-serif;max-width:46em;margin:2em auto;padding:0 1em;color:#1f2430}
h1{font-size:20pt;margin:0}h2{font-size:13pt;margin:1.2em 0 .2em}header{display:flex;gap:2em;align-items:flex-start}
header img{flex:none;width:9em;height:9em}section{break-inside:avoid}.goal{font-weight:600}
.answer{border-bottom:1px solid #999;height:1.6em}.box{display:inline-block;width:.8em;height:.8em;border:1px solid;
margin-right:.5em}a{color:inherit;overflow-wrap:anywhere}"""


def page(lesson: Lesson, link: str, qr: str, translate: Translate) -> str:
    """HTML of the whole lesson; `link` opens it, `qr` is the address of a picture of that link, or empty."""
    parts = [_step(number, lesson, translate) for number in range(len(lesson.steps))]
    about = fill(
        translate(N_("{steps:step|steps}, about {minutes:minute|minutes}")),
        steps=len(lesson.steps),
        minutes=lesson.minutes,
    )
    address = f'<p><a href="{html.escape(link)}">{html.escape(link)}</a></p>' if link and len(link) < 300 else ""
    title = html.escape(lesson.title)
    picture = f'<img src="{html.escape(qr)}" alt="">' if qr else ""
    return (
        f'<!doctype html><html lang="{lesson.language}"><meta charset="utf-8"><title>{title}</title>'
        f"<style>{STYLE}</style><header><div><h1>{title}</h1><p>{html.escape(about)}</p>{address}</div>{picture}</header>"
        f"{''.join(parts)}</html>"
    )


def _step(number: int, lesson: Lesson, translate: Translate) -> str:
    step = lesson.steps[number]
    lines = [f"<h2>{number + 1}. {html.escape(step.title)}</h2>", to_html(step.text)]
    if said := goals.sentence(step.goal, step.page, translate):
        lines.append(f'<p class="goal"><span class="box"></span>{html.escape(said)}</p>')
    if (question := step.question) is not None:
        lines.append(f"<p><b>{html.escape(question.text)}</b></p>")
        lines += [f'<p><span class="box"></span>{html.escape(option)}</p>' for option in question.options]
        if not question.options:
            lines.append('<p class="answer"></p>')
    return f"<section>{''.join(lines)}</section>"
