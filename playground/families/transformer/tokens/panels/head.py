"""One head by hand."""

import numpy as np

from playground.core.i18n import N_
from playground.core.panels import Arrays, Dial, Panel, PanelScenes, Values
from playground.core.scene import Matrix, Role, Scene, Trajectory

from ...config import TransformerConfig, effective_architecture
from ..typed import names
from .curves import minus
from .dials import attention_kinds, head_dials, kind_dials, row_dial

SIZE_SHOWN = 12
"""Numbers of each vector that are shown."""
MOMENTS = ("q", "K, V", "q·k", "÷ √d", "+ M", "softmax", "w · v", "Σ")
"""The steps of the computation."""
QUERY, KEYS, PRODUCTS, SCALED, MASKED, SOFTMAX, WEIGHTED, SUM = range(len(MOMENTS))
Steps = list[np.ndarray]
"""A matrix for each moment; NaN where nothing is computed yet."""


def panel(config: TransformerConfig) -> Panel | None:
    if config.model != "transformer":
        return None
    task = config.task
    both = effective_architecture(config) == "encoder_decoder"
    longest = max(task.source_length, task.answer_length) if both else task.dim
    return Panel(
        "head",
        N_("One head by hand"),
        N_(
            "Every number of one head for one token. Move along the steps: query and keys, their products, divided by "
            "the root of their size, the mask, softmax, and the weighted sum of the values."
        ),
        (
            row_dial(),
            Dial(
                "place",
                N_("Position of the query"),
                default=1 if both else min(task.source_length + 1, longest) if task.source_length else longest // 2,
                low=1,
                high=longest,
                step=1,
            ),
            *kind_dials(config, *attention_kinds(config)),
            *head_dials(config),
        ),
    )


def draw(arrays: Arrays, values: Values, config: TransformerConfig) -> PanelScenes:
    a, task = arrays, config.task
    size, count, shown = a["turned_query"].size, int(a["count"][0]), len(a["keys"])
    keys = tuple(f"{name} {int(place)}" for name, place in zip(names(task, a["keys"]), a["key_places"], strict=True))
    rest = count - shown
    others = (f"+{rest}",) if rest else ()
    numbers = tuple(str(i + 1) for i in range(min(size, SIZE_SHOWN)))
    best = int(a["weights"].argmax())
    told = {
        "size": str(size),
        "count": str(count),
        "rows": str(len(numbers)),
        "rest": str(rest),
        "root": f"{size**0.5:.2f}",
        "query": names(task, a["query"])[0],
        "place": str(int(a["query_place"][0])),
        "key": keys[best],
        "product": minus(f"{a['products'][best]:.2f}"),
        "score": minus(f"{a['scores'][best]:.2f}"),
        "bias": minus(f"{a['bias'][best]:.2f}"),
        "weight": f"{a['weights'][best]:.3f}",
    }
    kind = values.get("kind", "self")
    turned = config.positions == "rotary" and kind != "cross"
    columns = (*keys, *others, "Σ")
    parts = tuple(f"w·v {number}" for number in numbers)  # about as wide as the steps: columns stand in line
    steps = ("q·k", f"÷ {size**0.5:.2f}", "+ M", "softmax")
    return (
        (
            N_("Query and keys"),
            _scene(
                (_matrix("vectors", N_("number"), "data", _query_and_keys(a), numbers, ("q", *keys)),),
                N_(
                    "q = x W_q: {size} numbers, turned by the position, of “{query}” at position {place}. K = x W_k: "
                    "{count} × {size}, turned as well; a column for each key. Here are the first {rows} numbers. The "
                    "darker a cell, the farther from zero."
                )
                if turned
                else N_(
                    "q = x W_q: {size} numbers of “{query}” at position {place}. K = x W_k: {count} × {size}, a column "
                    "for each key. Here are the first {rows} numbers. The darker a cell, the farther from zero."
                ),
                told,
            ),
        ),
        (
            N_("Scores, and values times their weight"),
            _scene(
                (
                    _matrix("scores", N_("score"), "field", _scores(a, rest), steps, columns),
                    _matrix("values", N_("number"), "generated", _values(a, rest), parts, columns),
                ),
                N_(
                    "Key “{key}”: q·k = {product}; divided by √{size} = {root}: {score}; M adds {bias}, and −∞ where a "
                    "key is hidden; [field:softmax] makes {weight} of it. Below V = x W_v, {count} × {size}, each "
                    "value times its weight; “+{rest}” are the keys that are not shown. [generated:Σ] is the output of "
                    "this head, 1 × {size}."
                )
                if rest
                else N_(
                    "Key “{key}”: q·k = {product}; divided by √{size} = {root}: {score}; M adds {bias}, and −∞ where a "
                    "key is hidden; [field:softmax] makes {weight} of it. Below V = x W_v, {count} × {size}, each "
                    "value times its weight. [generated:Σ] is the output of this head, 1 × {size}."
                ),
                told,
            ),
        ),
    )


def _query_and_keys(a: Arrays) -> tuple[Steps, Steps]:
    whole = np.concatenate([a["turned_query"][None], a["turned_keys"]]).T[:SIZE_SHOWN]  # (size, 1 + keys)
    alone = np.where(np.arange(whole.shape[1]) < 1, whole, np.nan)
    steps = [alone if moment < KEYS else whole for moment in range(len(MOMENTS))]
    return steps, _shades(steps, np.abs(whole).max())


def _scores(a: Arrays, rest: int) -> tuple[Steps, Steps]:
    """Rows for the steps; the sum of the weights stands at the end."""
    rows = np.stack([a["products"], a["scores"], a["scores"] + a["bias"], a["weights"]])  # (4, keys)
    finite = np.where(np.isfinite(rows), np.abs(rows), 0)
    shades = finite / np.maximum(finite.max(1, keepdims=True), 1e-9)
    ends = [[np.nan, np.nan, np.nan, weight] for weight in ([a["rest"][0]] if rest else []) + [1.0]]
    last = np.array(ends).T  # (4, 1 or 2)
    rows, shades = np.append(rows, last, 1), np.append(shades, np.nan_to_num(last), 1)
    hidden = [np.arange(4)[:, None] > moment - PRODUCTS for moment in range(len(MOMENTS))]
    return [np.where(h, np.nan, rows) for h in hidden], [np.where(h, 0, shades) for h in hidden]


def _values(a: Arrays, rest: int) -> tuple[Steps, Steps]:
    size, nothing = a["output"].size, np.full((a["output"].size, 1), np.nan)
    plain, weighted = a["values"].T, a["parts"].T  # (size, keys)
    others = [a["others"][:, None]] if rest else []
    before = np.concatenate([plain, *([nothing] if rest else []), nothing], 1)
    during = np.concatenate([weighted, *others, nothing], 1)
    after = np.concatenate([weighted, *others, a["output"][:, None]], 1)
    unknown = np.full((size, before.shape[1]), np.nan)
    steps = [unknown, *[before] * (SOFTMAX - QUERY), during, after]
    steps = [step[:SIZE_SHOWN] for step in steps]
    return steps, _shades(steps, max(np.abs(plain).max(), np.abs(a["output"]).max()))


def _shades(steps: Steps, most: float) -> Steps:
    return [np.nan_to_num(np.abs(step)) / max(float(most), 1e-9) for step in steps]


def _matrix(
    name: str, title: str, role: Role, steps: tuple[Steps, Steps], rows: tuple[str, ...], columns: tuple[str, ...]
) -> Matrix:
    numbers, shades = (np.stack(each).astype(np.float32) for each in steps)  # (moments, rows, columns)
    return Matrix(
        name=name,
        title=title,
        role=role,
        values=shades,
        numbers=numbers,
        rows=rows,
        columns=columns,
        trajectory=True,
        share=len(rows) + 0.8,
    )


def _scene(layers: tuple[Matrix, ...], legend: str, told: dict[str, str]) -> Scene:
    return Scene(
        layers,
        extent=(0.0, len(layers[0].columns) + 1.5, 0.0, 0.9 * sum(layer.share for layer in layers)),
        legend=legend,
        words=legend,
        values=told,
        trajectory=Trajectory(
            N_("Step by step"),
            tuple(float(moment) for moment in range(len(MOMENTS))),
            MOMENTS,
            start=N_("query"),
            end=N_("output"),
        ),
    )
