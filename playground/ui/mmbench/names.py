"""Abilities in words. Files name them as programs do."""

from playground.core.foreign_text import one_line
from playground.core.i18n import N_, Translate
from playground.evaluation.mmbench.taxonomy import CROSS, INSTANCE

NAMES = {
    "perception": N_("Perception"),
    "reasoning": N_("Reasoning"),
    "coarse_perception": N_("Coarse perception"),
    INSTANCE: N_("Fine-grained perception, one instance"),
    CROSS: N_("Fine-grained perception, across instances"),
    "attribute_reasoning": N_("Attribute reasoning"),
    "relation_reasoning": N_("Relation reasoning"),
    "logic_reasoning": N_("Logic reasoning"),
    "data_family": N_("family of data"),
    "noise_level": N_("noise level"),
    "plot_kind": N_("kind of plot"),
    "densest_quadrant": N_("densest quadrant"),
    "axis_number": N_("number on an axis"),
    "cluster_marker": N_("marker of a cluster"),
    "wider_cluster": N_("wider cluster"),
    "left_of": N_("left of"),
    "matching_panel": N_("matching panel"),
    "modes": N_("number of modes"),
    "holes": N_("number of holes"),
    "separability": N_("separability"),
    "dropped_mode": N_("dropped mode"),
    "diffusion_order": N_("order of diffusion times"),
    "loss_curve": N_("loss curve"),
    "next_frame": N_("next frame"),
}
MOST = 80
"""Characters of a name."""
SPLITS = {"all splits": N_("all splits"), "none": N_("without a split")}


def name_of(ability: str, translate: Translate) -> str:
    """An ability as it is shown; one that is not known as the file has it, without underscores."""
    if not ability:
        return translate(N_("other"))
    return translate(NAMES[ability]) if ability in NAMES else one_line(ability.replace("_", " "), MOST)


def split_name(split: str, translate: Translate) -> str:
    return translate(SPLITS[split]) if split in SPLITS else one_line(split, MOST)
