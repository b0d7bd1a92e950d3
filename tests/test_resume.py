"""Shipped weights under other sampling settings: used at once, without new training."""

from pathlib import Path

from streamlit.testing.v1 import AppTest
from support.sockets import Browser, serving

from playground.core.resources import WEIGHTS
from playground.engine.recording import read, shipped
from playground.families.diffusion.config import DiffusionConfig
from playground.live.resume import matching_recording

OWNER = "r" * 32
ROOT = Path(__file__).parents[1]
NAVIGATION, LESSON = ROOT / "playground" / "ui" / "navigation.py", ROOT / "pages" / "diffusion.py"
STEP = read(WEIGHTS / "diffusion-8gaussians-ddpm.safetensors").step


def asked(browser, **config):
    before = len(opened(browser))
    if before:
        browser.tell(do="configure", config=config)
    else:
        browser.tell(do="watch", family="diffusion", config=config, owner=OWNER)
    browser.until(lambda b: len(opened(b)) > before)
    return opened(browser)[-1]


def opened(browser):
    return [said for said in browser.said if said["is"] == "watching"]


def test_sampling_settings_leave_the_weights_as_they_are(tmp_path):
    """A recording, then a sampler it was not recorded with: a paused run at its last step, which then takes every other
    sampling setting, and can be trained on."""
    with serving(tmp_path) as client, client.websocket_connect("/live/socket") as socket:
        browser = Browser(socket)
        assert asked(browser)["recording"] == "diffusion-8gaussians-ddpm"
        found = asked(browser, sampler="ddpm_large", steps=10)
        assert found["recording"] is None and found["config"]["sampler"] == "ddpm_large"
        browser.until(lambda b: b.frames[-1]["step"] == STEP and b.status.get("head") == STEP)
        assert not browser.status["playing"]
        browser.tell(do="configure", config={"eta": 0.5})
        browser.tell(do="step")
        browser.until(lambda b: b.frames[-1]["step"] == STEP + 1)
        assert len(opened(browser)) == 2  # the same run


def test_only_how_samples_are_drawn_may_differ():
    recordings = shipped("diffusion")

    def found(**settings):
        recording = matching_recording(recordings, "diffusion", DiffusionConfig(**settings))
        return recording and recording.name

    assert found(eta=0.3, steps=7) == "diffusion-8gaussians-ddpm"
    assert found(objective="v", sampler="dpm_solver") == "diffusion-8gaussians-v"
    assert found(lr=2e-3) is None and found(seed=1) is None
    assert matching_recording(recordings, "gan", DiffusionConfig()) is None


def test_an_objective_brings_the_process_of_its_weights():
    companions = DiffusionConfig.companions
    velocity = companions("objective", {"objective": "velocity", "process": "ddpm"})
    assert (
        matching_recording(
            shipped("diffusion"),
            "diffusion",
            DiffusionConfig(
                objective="velocity", **{name: value for name, value in velocity.items() if name != "objective"}
            ),
        ).name
        == "diffusion-8gaussians-linear"
    )
    back = companions("objective", {"objective": "x0", "process": "linear"})
    assert DiffusionConfig(**back) == DiffusionConfig()
    assert not companions("objective", {"objective": "velocity", "process": "vp"})
    assert not companions("sampler", {"objective": "velocity", "process": "ddpm"})


def test_the_page_follows():
    page = AppTest.from_file(NAVIGATION, default_timeout=60)
    page.query_params["diffusion.seed"] = "0"
    page.switch_page(str(LESSON)).run()
    page.selectbox(key="diffusion.objective").set_value("velocity").run()
    assert (page.session_state["diffusion.process"], page.session_state["diffusion.steps"]) == ("linear", 10)
    page.selectbox(key="diffusion.objective").set_value("v").run()
    assert (page.session_state["diffusion.process"], page.session_state["diffusion.sampler"]) == ("ddpm", "ddim")
