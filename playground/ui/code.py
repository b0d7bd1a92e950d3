"""The settings of a page as a script that trains the same model without the page."""

from typing import Any

import streamlit as st

from playground.core.config import Config, relevant
from playground.core.i18n import N_
from playground.core.registry import family as find

from .lesson import Lesson, code

SCRIPT_STEPS = 2000

SCRIPT = """\
import torch

from {config_module} import {config_class}
from {experiment_module} import {experiment_class}

torch.set_num_threads(1)  # models this small only wait for more
experiment = {experiment_class}({settings})
for _ in range({steps}):
    losses = experiment.step()

print({{name: round(value, 4) for name, value in losses.items()}})
for name, score in experiment.evaluate(thorough=True).items():
    print(f"{{name}} = {{score.value}}, a perfect model: {{score.floor}}")
"""


def script(family: str, config: Config, steps: int = SCRIPT_STEPS) -> str:
    """A runnable script that trains with these settings and prints the metrics: the same numbers as
    `python -m playground train` gives. Only what differs from the defaults, and plays a part, is in it."""
    known, values = find(family), config.model_dump()
    changed = {
        spec.name: values[spec.name] for spec in relevant(type(config), values) if values[spec.name] != spec.default
    }
    return SCRIPT.format(
        config_module=f"{known.package}.config",
        config_class=known.about.config,
        experiment_module=f"{known.package}.experiment",
        experiment_class=known.about.experiment,
        steps=steps,
        settings=_constructor_call(known.about.config, changed),
    )


def _constructor_call(name: str, values: dict[str, Any]) -> str:
    """The expression that makes the config: in one line, or where that is long one line for each setting."""
    arguments = [f"{key}={value!r}" for key, value in values.items()]
    if len(line := f"{name}({', '.join(arguments)})") <= 80:
        return line
    return "\n".join([f"{name}(", *(f"    {one}," for one in arguments), ")"])


def show_code(lesson: Lesson, name: str) -> None:
    """The script of the settings now, and the family's source file `name` beside it; both can be copied."""
    _ = lesson.translate
    short, long = st.columns(2, gap="large")
    with short:
        st.markdown(
            _(
                N_(
                    "These settings as a script. It needs only this project's package, and gives the same "
                    "numbers as the command line."
                )
            )
        )
        st.code(script(lesson.family, lesson.config), language="python", wrap_lines=True)
    with long:
        code(_, name)
