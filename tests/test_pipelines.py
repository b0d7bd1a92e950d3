"""Pretrained pipelines: our samplers on their networks give their numbers, and whatever is wrong is one sentence."""

import json
import os

import numpy as np
import pytest
import torch
from diffusers import DDIMPipeline, DDIMScheduler, DDPMPipeline, DDPMScheduler, UNet2DModel
from streamlit.testing.v1 import AppTest

from playground.__main__ import main
from playground.core.errors import UserError
from playground.engine.executors import Inline
from playground.engine.limits import Limits
from playground.engine.pipelines import loader
from playground.engine.pipelines.loader import Request
from playground.engine.pipelines.service import PipelineService
from playground.engine.pipelines.sources import PipelineSources
from playground.families.diffusion import pretrained
from playground.families.diffusion.catalogue import CATALOGUE, PRETRAINED
from playground.families.diffusion.pretrained_levels import noise_levels
from playground.live import local as local_visitor
from playground.ui import pipelines as section


@pytest.fixture(scope="module")
def unet():
    torch.manual_seed(0)
    return UNet2DModel(
        sample_size=8,
        in_channels=1,
        out_channels=1,
        layers_per_block=1,
        block_out_channels=(8, 16),
        norm_num_groups=4,
        down_block_types=("DownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "UpBlock2D"),
    ).eval()


@pytest.fixture(scope="module")
def folder(unet, tmp_path_factory):
    place = tmp_path_factory.mktemp("pipelines") / "tiny"
    DDPMPipeline(unet, DDPMScheduler(100)).save_pretrained(place)
    return place


def service(**places):
    return PipelineService(Limits(), PipelineSources(**places), Inline)


def refused(call, *args):
    with pytest.raises(UserError) as refusal:
        call(*args)
    sentence = str(refusal.value)
    assert sentence.endswith(".") and "\n" not in sentence and len(sentence) < 400
    return sentence


@pytest.mark.parametrize(
    ("eta", "settings"),
    [
        (0.0, {}),
        (1.0, {}),
        (0.0, {"prediction_type": "v_prediction", "clip_sample": False}),
        (0.0, {"set_alpha_to_one": False, "steps_offset": 1}),
        (0.5, {"prediction_type": "sample"}),
    ],
)
def test_our_ddim_gives_the_numbers_of_their_pipeline(unet, eta, settings):
    """Every pixel within 1e-4 of a range of 1, from the same noise."""
    scheduler = DDIMScheduler.from_config({"num_train_timesteps": 100, "_class_name": "DDIMScheduler"} | settings)
    pipeline = DDIMPipeline(unet, scheduler)
    pipeline.set_progress_bar_config(disable=True)
    theirs = pipeline(
        batch_size=3, generator=torch.Generator().manual_seed(5), num_inference_steps=7, eta=eta, output_type="np"
    ).images
    noise = torch.randn((3, 1, 8, 8), generator=(generator := torch.Generator().manual_seed(5)))
    with torch.no_grad():
        levels = noise_levels(scheduler.config, "ddim", 7)
        *_, ours = pretrained.by_own_sampler(pretrained.Network(unet, 3), levels, "ddim", noise, generator, eta)
    ours = (ours / 2 + 0.5).clamp(0, 1).permute(0, 2, 3, 1).numpy()
    assert np.abs(ours - theirs).max() < 1e-4
    assert theirs.std() > 0.1  # else the test would say nothing


@pytest.mark.parametrize("sampler", PRETRAINED)
def test_every_sampler_draws(folder, sampler):
    drawn = service().draw(str(folder), True, Request(sampler, 5, 0.0, 0, 2))
    assert drawn.images.shape == (2, 8, 8, 1) and drawn.strip.shape[1:] == (2, 8, 8, 1)
    assert drawn.calls == (9 if CATALOGUE[sampler].calls == 2 else 5)
    assert len(drawn.strip) >= 6 and np.array_equal(drawn.strip[-1], drawn.images)


def test_networks_with_learned_variances_and_classes():
    unet = UNet2DModel(
        sample_size=8,
        in_channels=1,
        out_channels=2,
        layers_per_block=1,
        block_out_channels=(8,),
        norm_num_groups=4,
        down_block_types=("DownBlock2D",),
        up_block_types=("UpBlock2D",),
        num_class_embeds=3,
    )
    settings = DDPMScheduler(50, variance_type="learned_range").config
    for sampler in ("ddim", "diffusers_ddpm", "diffusers_ddim"):
        assert pretrained.generate(unet, settings, sampler, 3, 0, 4).images.shape == (4, 8, 8, 1)


def test_a_page_offers_what_there_is():
    assert set(CATALOGUE) > set(PRETRAINED)


def test_weights_that_are_pickles_are_refused(unet, tmp_path):
    DDPMPipeline(unet, DDPMScheduler(100)).save_pretrained(tmp_path / "old", safe_serialization=False)
    assert ".bin" in refused(service().draw, str(tmp_path / "old"), True, Request())


def test_what_is_no_pipeline_is_refused(folder, unet, tmp_path):
    assert "no pipeline" in refused(service().draw, str(tmp_path), True, Request())
    assert "no pipeline" in refused(service().draw, str(tmp_path / "nowhere" / "at all"), True, Request())
    broken = tmp_path / "broken"
    DDPMPipeline(unet, DDPMScheduler(100)).save_pretrained(broken)
    index = broken / "model_index.json"
    whole = index.read_text()
    index.write_text("[" * 20_000)
    assert "no pipeline" in refused(service().draw, str(broken), True, Request())
    index.write_text(
        json.dumps(
            {**json.loads(whole), "_class_name": "StableDiffusionPipeline", "vae": ["diffusers", "AutoencoderKL"]}
        )
    )
    assert "another kind (StableDiffusionPipeline)" in refused(service().draw, str(broken), True, Request())
    index.write_text(json.dumps({**json.loads(whole), "unet": ["my_module", "UNet2DModel"]}))
    assert "another kind" in refused(service().draw, str(broken), True, Request())
    index.write_text(whole)
    (broken / "unet" / "diffusion_pytorch_model.safetensors").write_bytes(b"\0" * 100)
    assert "cannot be loaded" in refused(service().draw, str(broken), True, Request())
    assert "too large" in refused(loader.draw, str(folder), False, Request(), "", 0)


def test_settings_larger_than_their_weights_are_refused(unet, tmp_path):
    """A few bytes must not take all memory."""
    DDPMPipeline(unet, DDPMScheduler(100)).save_pretrained(tmp_path)
    config = tmp_path / "unet" / "config.json"
    config.write_text(json.dumps({**json.loads(config.read_text()), "block_out_channels": [10_000, 10_000]}))
    assert "too large" in refused(service().draw, str(tmp_path), True, Request())
    config.write_text(json.dumps({**json.loads(config.read_text()), "block_out_channels": [16, 16]}))
    assert "cannot be loaded" in refused(service().draw, str(tmp_path), True, Request())


def test_the_hub_out_of_reach_is_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")  # nobody listens there
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", "http://127.0.0.1:9")
    assert "cannot be reached" in refused(loader.draw, "google/ddpm-cifar10-32", True, Request(), str(tmp_path), 600)
    assert not list(tmp_path.iterdir())


def test_where_folders_may_be_named(folder, tmp_path):
    anywhere, nobody = PipelineSources(), PipelineSources(roots=())
    named = PipelineSources(roots=(folder.parent.resolve(),))
    assert anywhere.find(str(folder), is_local=True) == folder.resolve()
    for places, is_local in ((anywhere, False), (PipelineSources(public=True), True), (nobody, True)):
        assert "pipeline" in refused(places.find, str(folder), is_local)
    assert named.find("tiny", is_local=False) == named.find(str(folder), is_local=False) == folder.resolve()
    assert "no pipeline" in refused(named.find, "../" + tmp_path.name, True)
    assert "no pipeline" in refused(named.find, str(tmp_path), True)
    assert named.offered() == ["tiny"]
    assert anywhere.find("google/ddpm-cifar10-32", is_local=False) == "google/ddpm-cifar10-32"
    assert "from the Hub" in refused(PipelineSources(hub=False).find, "google/ddpm-cifar10-32", False)
    for text in ("", "\0", "a/b/c", "../..", "x" * 2000):
        refused(anywhere.find, text, False)


def test_links_do_not_lead_out_of_the_named_folders(folder, tmp_path):
    inside = tmp_path / "shared" / "sly"
    inside.mkdir(parents=True)
    for name in ("model_index.json", "unet", "scheduler"):
        os.symlink(folder / name, inside / name)
    assert "no pipeline" in refused(service(roots=((tmp_path / "shared").resolve(),)).draw, "sly", True, Request())


def test_places_from_the_environment(tmp_path):
    read = PipelineSources.from_environment
    assert read({}) == PipelineSources() and read({"SPACE_ID": "a/b"}).public
    assert read({"PLAYGROUND_PIPELINES": ""}).roots == ()
    assert read({"PLAYGROUND_PIPELINES": f"{tmp_path}{os.pathsep}/x"}).roots == (tmp_path.resolve(), loader.Path("/x"))
    assert not read({"PLAYGROUND_HUB": "off"}).hub


@pytest.mark.parametrize(
    ("address", "headers", "expected"),
    [
        (None, {"host": "localhost:8501"}, True),
        ("127.0.0.1", {"host": "127.0.0.1"}, True),
        ("10.0.0.7", {"host": "localhost"}, False),
        (None, {"host": "playground.example.org"}, False),
        (None, {"host": "localhost", "x-forwarded-for": "10.0.0.7"}, False),
        (None, {}, False),
        ("?", {"host": "::1"}, False),
    ],
)
def test_who_is_on_the_same_machine(address, headers, expected):
    assert local_visitor.trusted(address, headers, {"PLAYGROUND_TRUST_LOCAL": "on"}) is expected
    for said in ({}, {"PLAYGROUND_TRUST_LOCAL": "off"}):  # a proxy on this machine need not say that it is one
        assert local_visitor.trusted(address, headers, said) is False


def test_a_wish_that_takes_too_long_is_stopped(folder):
    """In a real process, which is ended and begun anew by the next request."""
    slow = PipelineService(Limits(pipeline_s=1e-3), PipelineSources())
    try:
        assert "was stopped" in refused(slow.draw, str(folder), True, Request("ddpm", 1000, 0.0, 0, 16))
        assert slow._executor is None
    finally:
        slow.close()


def test_command_line(folder, tmp_path, capsys):
    out = tmp_path / "grid.png"
    assert (
        main(
            ["pipeline", str(folder), "--sampler", "dpm_solver", "--steps", "4", "-n", "2", "--out", str(out), "--json"]
        )
        == 0
    )
    assert json.loads(capsys.readouterr().out)["calls"] == 4
    assert out.exists() and (tmp_path / "grid-way.png").exists()
    assert main(["pipeline", str(tmp_path), "--out", str(out)]) == 2
    assert "no pipeline" in capsys.readouterr().err
    assert main(["pipeline", str(folder), "--sampler", "magic", "--out", str(out)]) == 2
    assert main(["pipeline", str(folder), "--steps", "0", "--out", str(out)]) == 2


def test_the_form_on_the_page(folder, monkeypatch):
    """A folder is drawn, another sampler beside it; then the Hub out of reach is a sentence and both stay."""

    def script():
        from playground.ui.lesson import Lesson
        from playground.ui.pipelines import pipelines

        pipelines(Lesson("diffusion", "en", str, None, {}))

    monkeypatch.setattr(section, "service", lambda: service(roots=(folder.parent.resolve(),)))
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", "http://127.0.0.1:9")
    page = AppTest.from_function(script, default_timeout=60).run()
    assert page.selectbox(key="pipeline offered").options == ["tiny"]
    for sampler in ("ddim", "diffusers_ddpm"):
        page.selectbox(key="pipeline sampler en").set_value(sampler)
        page.button[0].click().run()
    assert not page.exception and not page.warning
    assert len(page.caption) == 2 and all("20 calls of the network" in caption.value for caption in page.caption)
    assert [result.request.sampler for result in page.session_state["pipeline results"]] == ["diffusers_ddpm", "ddim"]
    monkeypatch.setattr(section, "service", lambda: service())
    page.run()
    page.text_input(key="pipeline name").set_value("google/ddpm-cifar10-32")
    page.button[0].click().run()
    assert "cannot be reached" in page.warning[0].value and len(page.caption) == 2
