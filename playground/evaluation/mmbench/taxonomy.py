"""The abilities of MMBench (Liu et al. 2023, arXiv 2307.06281, section 3.1): 2 (L1), of 6 (L2), of 20 (L3).

Files name L2 and L3; L1 follows from them.
"""

from collections.abc import Mapping

PERCEPTION, REASONING = "perception", "reasoning"
INSTANCE, CROSS = "finegrained_perception (instance-level)", "finegrained_perception (cross-instance)"

TREE: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    PERCEPTION: {
        "coarse_perception": ("image_style", "image_scene", "image_emotion", "image_quality", "image_topic"),
        INSTANCE: ("object_localization", "attribute_recognition", "celebrity_recognition", "ocr"),
        CROSS: ("spatial_relationship", "attribute_comparison", "action_recognition"),
    },
    REASONING: {
        "attribute_reasoning": ("physical_property_reasoning", "function_reasoning", "identity_reasoning"),
        "relation_reasoning": ("social_relation", "nature_relation", "physical_relation"),
        "logic_reasoning": ("structuralized_imagetext_understanding", "future_prediction"),
    },
}
"""L1 -> L2 -> L3."""
SHORT = {
    "coarse_perception": "CP",
    INSTANCE: "FP-S",
    CROSS: "FP-C",
    "attribute_reasoning": "AR",
    "relation_reasoning": "RR",
    "logic_reasoning": "LR",
}
"""The usual abbreviations of L2."""
L1_OF_L2 = {l2: l1 for l1, below in TREE.items() for l2 in below}
L2_OF_L3 = {l3: l2 for below in TREE.values() for l2, leaves in below.items() for l3 in leaves}


def abilities(category: str, l2: str) -> tuple[str, str, str]:
    """(L1, L2, L3) of a row. A row without an L2 gets that of its category; "" where an ability is not known."""
    l2 = l2 or L2_OF_L3.get(category, "")
    return L1_OF_L2.get(l2, ""), l2, category
