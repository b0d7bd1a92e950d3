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
    "image_style": N_("style of the image"),
    "image_scene": N_("scene of the image"),
    "image_emotion": N_("emotion of the image"),
    "image_quality": N_("quality of the image"),
    "image_topic": N_("topic of the image"),
    "object_localization": N_("object localization"),
    "attribute_recognition": N_("attribute recognition"),
    "celebrity_recognition": N_("celebrity recognition"),
    "ocr": N_("text recognition (OCR)"),
    "spatial_relationship": N_("spatial relationship"),
    "attribute_comparison": N_("attribute comparison"),
    "action_recognition": N_("action recognition"),
    "physical_property_reasoning": N_("physical properties"),
    "function_reasoning": N_("function of an object"),
    "identity_reasoning": N_("identity of a person"),
    "social_relation": N_("social relation"),
    "nature_relation": N_("relation in nature"),
    "physical_relation": N_("physical relation"),
    "structuralized_imagetext_understanding": N_("structured image and text"),
    "future_prediction": N_("prediction of the future"),
}
MOST = 80
"""Characters of a name."""
RULE_NAMES = {
    "failed call": N_("failed call"),
    "refusal": N_("refusal"),
    "tag": N_("tag"),
    "boxed": N_("boxed"),
    "letter alone": N_("letter alone"),
    "stated": N_("stated"),
    "first": N_("letter first"),
    "single label": N_("single label"),
    "answer is": N_("answer is"),
    "text": N_("text of an option"),
    "none of them": N_("none of them"),
    "several": N_("several"),
    "unreadable": N_("unreadable"),
    "judge": N_("judge"),
    "judge: drawn": N_("judge: drawn"),
    "judge: failed": N_("judge: failed"),
}
"""What decided a reply, as it is shown; files keep the name of the code."""
SPLITS = {"all splits": N_("all splits"), "none": N_("without a split")}


def name_of(ability: str, translate: Translate) -> str:
    """An ability as it is shown; one that is not known as the file has it, without underscores."""
    if not ability:
        return translate(N_("other"))
    return translate(NAMES[ability]) if ability in NAMES else one_line(ability.replace("_", " "), MOST)


def split_name(split: str, translate: Translate) -> str:
    return translate(SPLITS[split]) if split in SPLITS else one_line(split, MOST)


def rule_name(rule: str, translate: Translate) -> str:
    return translate(RULE_NAMES[rule])
