"""No dial without a wire: every setting of every family changes what is trained, drawn or scored."""

import numpy as np
import pytest
from safetensors.numpy import load

from playground.core.advance import advance, build
from playground.core.combinations import plays_part
from playground.core.config import parse, specs
from playground.core.contract import Chunk
from playground.core.registry import FAMILIES

FREE = ("seed", "execution", "device")
"""Settings of every run, which have tests of their own."""
LOOKS = ((3, False), (3, True), (60, True))
"""Where a difference is looked for: after how many steps, and whether scores are looked at, which cost most. Some
settings only act once the weights were validated."""
SMALL = {"batch": 16, "width": 16, "chain": 50, "steps": 4, "ode_steps": 2, "round": 10, "layers": 3, "channels": 8}
"""So that a step takes milliseconds, where a family has these."""


def cases():
    for name, family in FAMILIES.items():
        for spec in specs(family.Config):
            if spec.name not in FREE and spec.kind != "text":
                yield pytest.param(name, spec.name, id=f"{name}-{spec.name}")


def under_which_it_plays_a_part(kind, spec):
    """Settings under which this one plays a part: what it asks for, and what that asks for in turn."""
    values = {s.name: s.default for s in specs(kind)} | {"execution": "eager"}
    known = {s.name: s for s in specs(kind)}
    values |= {
        name: value if known[name].choices else min(max(value, known[name].low), known[name].high)
        for name, value in SMALL.items()
        if name in known
    }
    for _ in range(4):
        for name in [spec.name, *known]:
            wanted = known[name].when
            if name != spec.name and not set(known[spec.name].when) & {name}:
                continue
            for other, allowed in wanted.items():
                if other == "domain" and kind.domain_of(values) not in allowed:
                    data = next(d for d in known["data"].choices if kind.domain_of({**values, "data": d}) in allowed)
                    values |= {**kind.data_defaults.get(data, {}), "data": data}
                elif other != "domain" and values[other] not in allowed:
                    values[other] = allowed[0]
    if not plays_part(parse(kind, values), spec.name):
        presets = next(known for known in FAMILIES.values() if known.Config is kind).presets.values()
        reflow = next((dict(preset.settings) for preset in presets if "rounds" in preset.settings), {})
        values |= reflow if spec.name == "round" else {"data": "digits", "width": 16}  # more numbers than units
    assert plays_part(parse(kind, values), spec.name)
    return values


def others(spec, now):
    """Other values of a setting, cheap ones first."""
    if spec.kind == "choice":
        return [value for value in spec.choices if value not in (now, "own", "table")]
    if spec.kind == "bool":
        return [not now]
    near = [now / 2, now * 2, spec.low, spec.high] if now else [0.5, 1, spec.high]
    values = [min(max(v, spec.low), spec.high) for v in near]
    values = [round(v) if spec.kind == "int" else v for v in values]
    return [v for v in dict.fromkeys(values) if v != now]


def outcome(family, values, steps, scores):
    config = parse(FAMILIES[family].Config, values).model_dump()
    chunk = Chunk(run="", family=family, config=config, step=0, state=None, steps=steps, evaluate=scores)
    progress = advance(chunk, build(chunk, FAMILIES[family].load_experiment()))
    return progress.frame.arrays, progress.scores, load(progress.state)


def same(one, other):
    (frame, scores, state), (frame_, scores_, state_) = one, other
    return (
        frame.keys() == frame_.keys()
        and state.keys() == state_.keys()
        and all(np.array_equal(frame[name], frame_[name], equal_nan=True) for name in frame)
        and all(np.array_equal(state[name], state_[name], equal_nan=True) for name in state)
        and repr(scores) == repr(scores_)
    )


@pytest.mark.parametrize("family, name", [*cases()])
def test_a_setting_has_an_effect(family, name):
    kind = FAMILIES[family].Config
    spec = next(s for s in specs(kind) if s.name == name)
    plain = under_which_it_plays_a_part(kind, spec)
    helpful = [
        {**plain, **preset.settings} for preset in FAMILIES[family].presets.values() if "rounds" in preset.settings
    ]
    for look, values in [(look, plain) for look in LOOKS] + [((60, False), values) for values in helpful]:
        before = outcome(family, values, *look)
        for value in others(spec, values[name])[:3]:
            try:
                after = outcome(family, {**values, name: value}, *look)
            except ValueError:  # a combination that the settings refuse
                continue
            if not same(before, after):
                return
    pytest.fail(f"{family}.{name} changes nothing")
