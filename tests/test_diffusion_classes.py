"""Classes: of the data, of the best field, of networks; and guidance."""

import numpy as np
import pytest
import torch

from playground.core.contract import Frame
from playground.core.errors import UserError
from playground.core.panels import question, validate
from playground.core.registry import FAMILIES
from playground.data.images.digits import DIGITS
from playground.data.plane.distributions import DISTRIBUTIONS
from playground.families.diffusion.batches import Batches, training_streams
from playground.families.diffusion.class_labels import labelled_draw
from playground.families.diffusion.conditioning import target_data
from playground.families.diffusion.config import DiffusionConfig
from playground.families.diffusion.constraints import CLASSES
from playground.families.diffusion.experiment import DiffusionExperiment
from playground.families.diffusion.guidance import optimal_guided_denoiser
from playground.families.diffusion.model import Diffusion, input_scaled
from playground.families.diffusion.processes import VP, Discrete
from playground.families.diffusion.samplers import sample
from playground.live.panels import encode
from playground.live.protocol import encode_frame
from playground.metrics.scores import score
from playground.training.ensemble import Ensemble

FAMILY = FAMILIES["diffusion"]

CPU = torch.device("cpu")
KNOWN = [DISTRIBUTIONS[name] for name in CLASSES if name != "digits"]
SMALL = {"width": 16, "depth": 1, "batch": 64, "steps": 8, "classes": True}


def made(**settings) -> DiffusionExperiment:
    return DiffusionExperiment(DiffusionConfig(**SMALL | settings))


@pytest.mark.parametrize("data", KNOWN, ids=lambda data: data.name)
def test_data_are_the_mixture_of_their_classes(data):
    """p(x) = mean of p(x | c), since all classes are equally likely; and labels say of which class a point is: the mean
    log density under its own class is the class's entropy, within 5 standard errors."""
    x, labels = data.labelled(2000, np.random.default_rng(0))
    assert np.array_equal(x, data.sample(2000, np.random.default_rng(0)))
    inside = np.stack([data.one_class(k).log_prob(x) for k in range(data.classes)])  # (classes, n)
    assert np.allclose(np.log(np.mean(np.exp(inside), 0)), data.log_prob(x), atol=1e-6)
    own = inside[labels, np.arange(len(x))]
    entropy = np.mean([data.one_class(k).entropy for k in range(data.classes)])
    assert abs(own.mean() + entropy) < 5 * own.std() / len(x) ** 0.5
    assert np.abs(np.bincount(labels, minlength=data.classes) - 2000 / data.classes).max() < 150


def test_digits_know_which_digit_they_are():
    x, labels = DIGITS.labelled(50, np.random.default_rng(0))
    assert np.array_equal(x, DIGITS.sample(50, np.random.default_rng(0)))
    seven = DIGITS.one_class(7)
    assert set(seven.labels("train")) == {7} and seven.dim == 64 and seven.classes == 0
    known = {tuple(picture) for picture in seven.vectors("train")}
    assert all((tuple(picture) in known) == (label == 7) for picture, label in zip(x, labels, strict=True))
    assert {tuple(picture) for picture in seven.sample(20, np.random.default_rng(1))} <= known


@pytest.mark.parametrize("name", ["pinwheel", "checkerboard", "25gaussians", "line", "own"])
def test_data_without_classes_are_refused_in_a_sentence(name):
    with pytest.raises(UserError, match="no classes"):
        DiffusionConfig().changed(data=name, classes=True)
    assert not DiffusionConfig(data=name).classes


def test_a_class_that_is_not_there_is_refused():
    with pytest.raises(UserError, match="2 classes"):
        DiffusionConfig().changed(data="moons", classes=True, wanted="2")
    assert DiffusionConfig(data="moons", wanted="2").wanted == "2"  # plays no part


def test_batches_bring_the_same_points_and_their_classes():
    """Of 64 x 40 labels about 30 percent are kept back: 0.3 +- 0.05 is 5 standard errors."""
    config = DiffusionConfig(data="8gaussians", classes=True, drop=0.3, batch=64)
    plain = made(classes=False, batch=64)
    batches = Batches(training_streams(labelled_draw(config), Discrete(), 2, 64, 0, CPU, classes=8, drop=0.3))
    kept = []
    for number in range(40):
        batch, other = batches[number], plain.draw()
        assert torch.equal(batch["data"], other["data"]) and torch.equal(batch["noise"], other["noise"])
        told = batch["label"].sum(1)
        nearest = torch.cdist(batch["data"], torch.tensor(DISTRIBUTIONS["8gaussians"].modes, dtype=torch.float32))
        right = batch["label"].argmax(1) == nearest.argmin(1)
        assert right[told == 1].float().mean() > 0.95 and set(told.tolist()) <= {0.0, 1.0}
        kept.append(told.mean().item())
    assert abs(np.mean(kept) - 0.7) < 0.05
    assert torch.equal(batches[3]["label"], batches[3]["label"])


@pytest.mark.parametrize("name", ["moons", "8gaussians", "rings"])
def test_the_best_field_of_all_is_the_mean_of_the_classes_it_could_be(name):
    """E[x0 | x] = sum over c of p(c | x) E[x0 | x, c], exactly."""
    data, level = DISTRIBUTIONS[name], VP().level(0.4)
    field = optimal_guided_denoiser(data, CPU)
    x = level.a * torch.from_numpy(data.sample(200, np.random.default_rng(0))) + level.s * torch.randn(
        200, 2, generator=torch.Generator().manual_seed(0)
    )
    ones = torch.eye(data.classes)
    each = torch.stack([field.given(ones[k : k + 1].expand(200, -1))(x, level)[0] for k in range(data.classes)])
    inside = torch.stack([member.log_prob(x, level) for member in field._members])
    share = torch.softmax(inside, 0)[..., None]
    assert torch.allclose((share * each).sum(0), field(x, level)[0], atol=1e-4)
    away = field.given(ones[:1].expand(200, -1), 3.0)(x, level)[0]
    assert torch.allclose(away, field(x, level)[0] + 3 * (each[0] - field(x, level)[0]), atol=1e-4)
    assert torch.equal(field.given(ones[:1].expand(200, -1), 0.0)(x, level)[0], field(x, level)[0])


def test_guidance_one_gives_the_class_and_more_narrows_it():
    """The oracle: 1,000 samples of the exact field of a moon score within its floor's interval of 95 percent, widened
    by a half for the 100 steps (seed fixed); three times the class is no more the class, and narrower."""
    data, noise = DISTRIBUTIONS["moons"], torch.randn(1000, 2, generator=torch.Generator().manual_seed(0))
    field, label, moon = (
        optimal_guided_denoiser(data, CPU),
        torch.tensor([[1.0, 0.0]]).expand(1000, -1),
        data.one_class(0),
    )
    width = []
    for guidance in (1.0, 3.0, 8.0):
        *_, last = sample("heun", field.given(label, guidance), VP(), noise, 100)
        found = score("sliced_w2", last.x.numpy(), moon)
        assert (found.value < 1.5 * found.high) == (guidance == 1.0)
        width.append(float(last.x[:, 0].std()))
    assert width[0] > 1.2 * width[1] > 1.4 * width[2]


def test_a_network_follows_classes_as_it_was_trained_to():
    config = DiffusionConfig(width=16, depth=2)
    model, generator = Diffusion(config, 2, 3), torch.Generator().manual_seed(0)
    w, level = model.init_state({}, generator)["w"], VP().level(0.3)
    x, label = torch.randn(20, 2, generator=generator), torch.eye(3)[torch.arange(20) % 3]
    field = model.field(w, label)

    views, t = model.parameters.views(w), torch.full((20, 1), 0.3)
    told, plain = (model.predict(views, input_scaled(x, level), t, one) for one in (label, torch.zeros(20, 3)))
    for guidance, wanted in ((0.0, plain), (1.0, told), (2.5, plain + 2.5 * (told - plain))):
        _, eps = field.given(label, guidance)(x, level)
        assert torch.allclose(eps, wanted, atol=1e-5)
    everyone = model.field(w, lambda n: label[:n])
    assert torch.equal(everyone(x, level)[1], field(x, level)[1])
    assert torch.allclose(everyone.unconditional()(x, level)[1], plain, atol=1e-5)
    assert torch.equal(model.field(w, label[:1])(x, level)[1][0], field(x, level)[1][0])


@pytest.mark.parametrize("settings", [{}, {"data": "moons", "coupling": "optimal", "process": "linear"}])
def test_going_on_from_a_state_is_exact_and_traced_is_eager(settings):
    whole, half = made(**settings), made(**settings, execution="eager")
    for _ in range(6):
        whole.step()
    for _ in range(2):
        half.step()
    rest = made(**settings)
    rest.load_state_dict(half.state_dict())
    for _ in range(4):
        rest.step()
    assert all(np.array_equal(value, rest.state_dict()[name]) for name, value in whole.state_dict().items())


def test_without_classes_nothing_has_changed():
    """One program for all data without classes; with them one for each number of classes."""
    plain = {DiffusionExperiment.structure(DiffusionConfig(data=name)) for name in ("moons", "8gaussians", "line")}
    told = {DiffusionExperiment.structure(DiffusionConfig(data=name, classes=True)) for name in ("moons", "8gaussians")}
    assert len(plain) == 1 and len(told) == 2
    assert "label" not in made(classes=False).draw()
    assert made(classes=False).parameters == made().parameters - 8 * SMALL["width"]


def test_members_of_an_ensemble_have_classes_too():
    alone, together = made(seed=1), [made(seed=1), made(seed=2)]
    both = Ensemble(together)
    for _ in range(3):
        alone.step()
        both.step()
    both.split()
    assert np.allclose(together[0].state_dict()["w"], alone.state_dict()["w"], atol=1e-5)


def test_wanted_and_guidance_are_live_and_change_the_picture_only():
    experiment = made(data="moons", steps=20)
    for _ in range(3):
        experiment.step()
    state, every = experiment.state_dict(), experiment.snapshot()
    assert set(every["kinds"]) == {0.0, 1.0} and every["levels"][-1, 2] == 20
    experiment.configure(experiment.config.changed(wanted="1", guidance=3.0))
    one = experiment.snapshot()
    assert set(one["kinds"]) == {1.0} and one["levels"][-1, 2] == 2 * 20  # every answer asks the network twice
    assert not np.array_equal(one["cloud"][-1], every["cloud"][-1])
    assert all(np.array_equal(value, experiment.state_dict()[name]) for name, value in state.items())
    assert experiment.calls == 40 and target_data(experiment.config, experiment.dataset).name == "moons 1"
    assert np.isfinite(experiment.log_prob(np.zeros((3, 2), np.float32))).all()
    for arrays in (every, one):
        drawn = FAMILY.scene(Frame(3, arrays), experiment.config)
        assert encode_frame({"step": 3}, drawn, str).startswith(b"PGF1")


def test_laboratories_know_of_classes():
    """What is shown to the network comes with its class: its best prediction is that of the class alone. Places of the
    plane have none."""
    experiment = made(data="moons", wanted="1")
    for name in ("samplers", "network", "likelihood", "curves"):
        panel = next(panel for panel in FAMILY.panels(experiment.config) if panel.name == name)
        values = validate(panel, {})
        answer = experiment.respond(question(panel, values))
        assert encode({}, FAMILY.draw_panel(name, answer, values, experiment.config), str)
        if name == "network":
            plain = made(data="moons", classes=False).respond(question(panel, values))
            assert np.array_equal(answer["noised"], plain["noised"])
            errors = [((one["best"] - one["clean"]) ** 2).mean() for one in (answer, plain)]
            assert errors[0] < 0.8 * errors[1]


def test_the_loss_has_the_floor_of_the_best_field_that_is_told_classes():
    """Knowing the class, less is left to guess: the floor is lower than without, and a network stays above it (the
    pairs are the same; 0.03 is more than twice the standard error of the mean difference)."""
    experiment, plain = made(width=64, depth=2, batch=256, lr=3e-3, ema=0.9), made(classes=False)
    for _ in range(120):
        experiment.step()
    found = experiment.evaluate()["denoising"]
    assert found.floor < 0.6 * plain.evaluate()["denoising"].floor
    assert found.floor - 0.03 < found.value < found.floor + 0.3
