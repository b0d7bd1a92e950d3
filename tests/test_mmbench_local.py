"""A model of `transformers` in a folder: a LLaVA of a few hundred weights, saved and opened again."""

import asyncio

import pytest
from support.mmbench_run import questions

from playground.core.errors import UserError
from playground.evaluation.mmbench import local

WORDS = ("<unk>", "<image>", "<pad>", "A", "B", "cat", "dog", "?", ":", ".")
TEMPLATE = (
    "{% for m in messages %}{% for c in m['content'] %}"
    "{% if c['type'] == 'image' %}<image> {% else %}{{ c['text'] }}{% endif %}{% endfor %}{% endfor %}"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    transformers = pytest.importorskip("transformers", reason="requirements-local.txt")
    tokenizers = pytest.importorskip("tokenizers")
    import torch

    words = tokenizers.models.WordLevel({word: number for number, word in enumerate(WORDS)}, unk_token="<unk>")
    tokenizer = tokenizers.Tokenizer(words)
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    special = {"unk_token": "<unk>", "pad_token": "<pad>", "additional_special_tokens": ["<image>"]}
    processor = transformers.LlavaProcessor(
        transformers.CLIPImageProcessor(size={"shortest_edge": 16}, crop_size={"height": 16, "width": 16}),
        transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizer, **special),
        patch_size=8,
        vision_feature_select_strategy="default",
        num_additional_image_tokens=1,
        chat_template=TEMPLATE,
    )
    torch.manual_seed(0)
    small = {"hidden_size": 16, "intermediate_size": 16, "num_attention_heads": 2}
    ends = {"pad_token_id": 2, "eos_token_id": 2, "bos_token_id": 2}
    config = transformers.LlavaConfig(
        vision_config=transformers.CLIPVisionConfig(**small, num_hidden_layers=2, image_size=16, patch_size=8),
        text_config=transformers.LlamaConfig(**small, **ends, num_hidden_layers=1, vocab_size=len(WORDS)),
        image_token_index=1,
    )
    there = tmp_path_factory.mktemp("models") / "tiny"
    transformers.LlavaForConditionalGeneration(config).save_pretrained(there)
    processor.save_pretrained(there)
    return there


def test_it_answers_the_same_each_time_and_counts_its_tokens(folder):
    row = questions(1).rows[0]
    model = local.LocalModel(folder, max_tokens=5)
    first, again = (asyncio.run(model.answer(row, "cat ? A B")) for _ in range(2))
    assert first == again and set(first.text.split()) <= {*WORDS}
    assert first.prompt_tokens == 4 + 4 and 1 <= first.completion_tokens <= 5  # 2 x 2 patches, and four words
    blind = local.LocalModel(folder, max_tokens=5, blind=True)
    assert asyncio.run(blind.answer(row, "cat ? A B")).prompt_tokens == 4 and blind.parameters != model.parameters


def test_a_folder_that_holds_no_such_model_is_said(folder, tmp_path):
    (tmp_path / "config.json").write_text('{"model_type": "bert"}')
    with pytest.raises(UserError, match="cannot be opened"):
        asyncio.run(local.LocalModel(tmp_path).answer(questions(1).rows[0], "?"))


def test_without_transformers_one_sentence_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr(local.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(UserError, match="pip install transformers"):
        local.LocalModel(tmp_path)


def test_a_folder_without_a_model_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(local.importlib.util, "find_spec", lambda name: object())
    with pytest.raises(UserError, match="no config.json"):
        local.LocalModel(tmp_path)
