"""Generation: the cache changes nothing, one beam is greedy, a wide beam finds the best, draws follow their law."""

import itertools

import pytest
import torch
from support.sequences import CASES, HEADS, VOCABULARY, WIDTH, filled, model_of, rng, rows_of

from playground.families.transformer.networks.recurrent import Recurrent
from playground.families.transformer.networks.sequence import Shape
from playground.families.transformer.networks.transformer import Transformer
from playground.families.transformer.sampling import beam_search, drawn, generate, greedy, next_token, shaped


@pytest.mark.parametrize("name, architecture", CASES)
@pytest.mark.parametrize("choose", [greedy, drawn(1.2, 5, 0.9)])
def test_the_cache_changes_nothing(name, architecture, choose):
    model, prompts, u = model_of(name, architecture), rows_of()[:, :4], torch.rand(3, 5, generator=rng())
    quick, slow = (generate(model, prompts, 5, choose, u, cache) for cache in (True, False))
    assert torch.equal(quick.ids, slow.ids)
    assert torch.allclose(quick.probabilities, slow.probabilities, atol=1e-5)


@pytest.mark.parametrize("name, architecture", CASES)
def test_generation_follows_the_probabilities_of_training(name, architecture):
    model, prompts = model_of(name, architecture), rows_of()[:, :4]
    found = generate(model, prompts, 5, greedy, torch.zeros(3, 5))
    with torch.no_grad():
        taught = model(torch.cat([prompts, found.ids], 1)).softmax(2)
    assert torch.allclose(found.probabilities, taught, atol=1e-5)
    assert torch.equal(found.ids, taught.argmax(2))
    for t in range(5):
        alone = next_token(model, prompts[0], found.ids[0, :t])
        assert torch.allclose(alone, taught[0, t], atol=1e-5)


@pytest.mark.parametrize("name, architecture", CASES)
@pytest.mark.parametrize("cache", [True, False])
def test_one_beam_is_greedy_and_log_p_is_the_models(name, architecture, cache):
    model, prompt = model_of(name, architecture), rows_of()[0, :4]
    expected = generate(model, prompt[None], 5, greedy, torch.zeros(1, 5)).ids
    assert torch.equal(beam_search(model, prompt, 5, 1, cache)[0], expected)
    ids, log_p = beam_search(model, prompt, 5, 4, cache)
    assert ids.shape == (4, 5) and (log_p.diff() <= 0).all()
    rows = torch.cat([prompt.expand(4, -1), ids], 1)
    with torch.no_grad():
        each = model(rows).log_softmax(2).gather(2, ids[:, :, None])[:, :, 0].sum(1)
    assert torch.allclose(each, log_p, atol=1e-4)


@pytest.mark.parametrize("kind", ["decoder", "encoder"])
def test_a_beam_as_wide_as_all_beginnings_finds_the_best(kind):
    model = filled(Transformer(Shape(2, 3, 4, kind), WIDTH, 1, HEADS))
    prompt = torch.tensor([1, 3])
    every = torch.tensor(list(itertools.product(range(4), repeat=3)))
    with torch.no_grad():
        rows = torch.cat([prompt.expand(64, -1), every], 1)
        log_p = model(rows).log_softmax(2).gather(2, every[:, :, None])[:, :, 0].sum(1)
    ids, found = beam_search(model, prompt, 3, 64)
    assert torch.equal(ids[0], every[log_p.argmax()])
    assert torch.allclose(found, log_p.sort(descending=True).values, atol=1e-5)


def test_shaped_distributions():
    logits = torch.log(torch.tensor([[0.5, 0.1, 0.3, 0.1]]))
    assert torch.allclose(shaped(logits), torch.tensor([[0.5, 0.1, 0.3, 0.1]]))
    assert torch.allclose(shaped(logits, top_k=2), torch.tensor([[0.625, 0, 0.375, 0]]))
    assert torch.allclose(shaped(logits, top_p=0.6), torch.tensor([[0.625, 0, 0.375, 0]]))
    assert torch.allclose(shaped(logits, top_p=0.4), torch.tensor([[1.0, 0, 0, 0]]))
    squared = torch.tensor([[0.25, 0.01, 0.09, 0.01]])
    assert torch.allclose(shaped(logits, temperature=0.5), squared / squared.sum())
    assert torch.equal(drawn(0.0)(logits, torch.tensor([0.99])), greedy(logits, torch.tensor([0.99])))


def test_draws_have_the_distribution():
    logits = torch.randn(1, VOCABULARY, generator=rng())
    u = (torch.arange(20_000) + 0.5) / 20_000
    ids = drawn(0.8, 6, 0.95)(logits.expand(20_000, -1), u)
    expected = shaped(logits, 0.8, 6, 0.95)[0]
    assert torch.allclose(torch.bincount(ids, minlength=VOCABULARY) / 20_000, expected, atol=1e-4)


def test_a_recurrent_state_does_not_grow():
    from playground.families.transformer.sampling import Cached

    model = filled(Recurrent(Shape(4, 5, VOCABULARY, "decoder"), "lstm", WIDTH, 2))
    reader = Cached(model, rows_of()[:, :4])
    reader.start()
    before = {name: [part.shape for part in parts] for name, parts in reader._cache.entries.items()}
    reader.read(rows_of()[:, :5])
    assert before == {name: [part.shape for part in parts] for name, parts in reader._cache.entries.items()}
