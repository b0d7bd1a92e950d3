"""What each token attends to, or depends on."""

import numpy as np

from playground.core.i18n import N_
from playground.core.panels import Arrays, Dial, Panel, PanelScenes, Values
from playground.core.scene import Links, Matrix, Scene

from ...config import TransformerConfig, is_attentive
from ..typed import names
from .dials import attention_kinds, head_dials, kind_dials, row_dial, text_dial

VIEWS = {
    "head": N_("one head"),
    "mean": N_("mean of the heads"),
    "rollout": N_("rollout"),
}


def panel(config: TransformerConfig) -> Panel:
    typed = text_dial("text", N_("Your sequence (empty: one of the stage)"), "", config.task)
    if config.model != "transformer":
        kinds = ("gradient", "cross") if is_attentive(config) else ("gradient",)
        return Panel(
            "attends",
            N_("What depends on what"),
            N_(
                "A recurrent network without attention has no weights between tokens. How strongly each output depends "
                "on each token is told by its gradient instead."
            ),
            (typed, row_dial(), *kind_dials(config, *kinds)),
        )
    return Panel(
        "attends",
        N_("What attends to what"),
        N_(
            "The attention weights of a sequence. Rollout multiplies the layers, half of each being the residual "
            "connection: how much of each token arrives."
        ),
        (
            typed,
            row_dial(),
            *kind_dials(config, *attention_kinds(config)),
            Dial("view", N_("Weights"), "choice", "head", options=tuple(VIEWS.items())),
            *head_dials(config, {"view": ("head",)}),
        ),
    )


def draw(arrays: Arrays, values: Values, config: TransformerConfig) -> PanelScenes:
    task, weights = config.task, np.clip(arrays["weights"], 0, 1)
    queries, keys = names(task, arrays["queries"]), names(task, arrays["keys"])
    gradient = values.get("kind", "self" if config.model == "transformer" else "gradient") == "gradient"
    first_query, first_key = arrays["left_out"].astype(int)
    chosen = weights.max(1)
    chosen[0] *= len(weights) == 1  # with a causal mask the first position has no choice
    place = int(chosen.argmax())
    best = int(weights[place].argmax())
    told = {
        "query": queries[place],
        "query_place": str(place + 1 + first_query),
        "key": keys[best],
        "key_place": str(best + 1 + first_key),
        "share": f"{100 * weights[place, best]:.0f}",
        "queries": str(len(queries)),
        "keys": str(len(keys)),
    }
    if gradient:
        role, title = "gradient", N_("gradient")
        legend = N_(
            "From each token of the answer to the tokens that it [gradient:depends on], relative to the strongest. "
            "“{query}”, number {query_place} of the answer, depends most on “{key}” at position {key_place}."
        )
    else:
        role, title = "field", N_("attention")
        legend = N_(
            "From each position to those that it [field:attends to]. Position {query_place} (“{query}”) attends to "
            "position {key_place} (“{key}”) with {share} percent."
        )
    return (
        (
            N_("Links"),
            Scene(
                (Links(name="links", title=title, role=role, weights=weights, targets=queries, sources=keys),),
                extent=(0.0, 1.5, 0.0, 1.0),
                legend=legend,
                words=legend,
                values=told,
            ),
        ),
        (
            N_("Matrix"),
            Scene(
                (Matrix(name="matrix", title=title, role=role, values=weights, rows=queries, columns=keys),),
                extent=(0.0, _between(len(keys) / max(1, len(queries))), 0.0, 1.0),
                legend=N_("{queries:row that reads|rows that read}, {keys:column that is read|columns that are read}.")
                if gradient
                else N_(
                    "{queries:row that reads|rows that read}, {keys:column that is read|columns that are read}. Each "
                    "row sums to 1."
                ),
                words=legend,
                values=told,
            ),
        ),
    )


def _between(share: float) -> float:
    return min(2.5, max(0.6, share))
