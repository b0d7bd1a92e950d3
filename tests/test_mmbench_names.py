"""What the page calls abilities and rules: each has a name, in every language."""

import pytest

from playground.core.i18n import translator
from playground.evaluation.mmbench.extraction import RULES
from playground.evaluation.mmbench.plotbench.kinds import KINDS
from playground.evaluation.mmbench.taxonomy import L1_OF_L2, L2_OF_L3, TREE
from playground.ui.mmbench.names import name_of, rule_name


@pytest.mark.parametrize("ability", [*TREE, *L1_OF_L2, *L2_OF_L3, *KINDS])
def test_abilities_have_a_name_in_chinese(ability):
    assert any("\u4e00" <= letter <= "\u9fff" for letter in name_of(ability, translator("zh")))


@pytest.mark.parametrize("rule", RULES)
def test_rules_have_a_name_in_chinese(rule):
    assert any("\u4e00" <= letter <= "\u9fff" for letter in rule_name(rule, translator("zh")))
