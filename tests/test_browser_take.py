"""Everything in the menu "Export", pressed in a real browser; and the code tab."""

import io
import json
import re
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from safetensors import safe_open
from support.browser import AXE, MOTION, mine, pause, state, wait

SEED = 5300


def begun(open_page, seed, **options):
    """A page with a run of one's own that was paused, its menu open."""
    page = mine(open_page(f"/gan?gan.seed={seed}", **options))
    pause(page)
    page.locator(".pg-export").click()
    page.locator(".pg-export-card[open]").wait_for()
    return page


def taken(page, words):
    """The file that a link of the menu brings: its name and what is in it."""
    with page.expect_download() as waiting:
        page.locator(".pg-export-card a").filter(has=page.get_by_text(words, exact=True)).click()
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()


def test_every_file_is_taken_along_and_weights_come_back(open_page, tmp_path):
    page = begun(open_page, SEED)
    head, run = state(page, "head"), state(page, "run")
    name, raw = taken(page, "Picture")
    width, height = Image.open(io.BytesIO(raw)).size  # without its empty margins, with its words
    assert name == f"gan-ring-{head}.png" and width == 800 and 600 < height < 1000
    name, raw = taken(page, "Film")
    assert name.endswith(".gif") and Image.open(io.BytesIO(raw)).n_frames > 5
    _, raw = taken(page, "Page")
    (tmp_path / "page.html").write_bytes(raw)
    _, raw = taken(page, "Frames")
    assert np.load(io.BytesIO(raw))["steps"][0] == 0
    _, raw = taken(page, "Metrics")
    assert raw.decode().splitlines()[0].startswith("step,")
    name, raw = taken(page, "The whole run")
    assert f"gan-ring-{head}/run.json" in zipfile.ZipFile(io.BytesIO(raw)).namelist()
    name, raw = taken(page, "Weights")
    path = tmp_path / name
    path.write_bytes(raw)
    with safe_open(path, framework="numpy") as file:
        assert int(file.metadata()["step"]) == head
    page.locator(".pg-export-card input[type=file]").set_input_files(path)
    wait(page, f"p.run && p.run !== '{run}' && p.step === {head} && p.drawn > 0")
    page.get_by_text(f"Your weights are from step {head:,}").wait_for()
    page.wait_for_timeout(300)
    page.click(".pg-play")
    wait(page, f"p.head > {head + 20}")
    loaded = state(page, "run")
    page.locator(".pg-export").click()
    wrong = tmp_path / "wrong.safetensors"
    wrong.write_bytes(b"\x80\x04 this is no such file")
    page.locator(".pg-export-card input[type=file]").set_input_files(wrong)
    page.get_by_text("cannot be read as weights").wait_for()
    assert state(page, "run") == loaded
    open_page.complaints[:] = [c for c in open_page.complaints if "422" not in c]  # the browser notes the refusal

    context = page.context.browser.new_context(offline=True)
    alone = context.new_page()
    said = []
    alone.on("pageerror", lambda error: said.append(str(error)))
    alone.goto((tmp_path / "page.html").as_uri())
    alone.locator("#stage .slider-container").wait_for()
    assert alone.evaluate("document.getElementById('stage')._transitionData._frames.length") > 5
    assert alone.locator("#curves .scatterlayer .trace").count() >= 4 and said == []
    context.close()


def test_a_link_is_prepared_in_five_clicks_and_opens_the_same_for_somebody_else(open_page):
    """A preset, a step and a pinned run."""
    page = open_page(f"/gan?gan.seed={SEED + 1}", permissions=["clipboard-read", "clipboard-write"])
    wait(page, "p.connected && p.drawn > 0")
    page.get_by_role("button", name="Preset").first.click()
    page.get_by_role("button", name="Oscillation").first.click()
    page.wait_for_url("**gan.r1=0**")
    wait(page, "p.run && p.playing && p.step > 20")
    page.get_by_role("button", name="Pin", exact=True).click()
    wait(page, f"p.pinned === '{state(page, 'run')}'")
    page.get_by_role("button", name="Copy the link").click()
    page.get_by_text("The link is copied").wait_for()
    link = page.evaluate("navigator.clipboard.readText()")
    assert f"run={state(page, 'run')}" in link and "gan.r1=0" in link
    step = int(re.search(r"[?&]step=(\d+)", link)[1])
    assert step > 20
    other = open_page(link[link.index("/gan") :])
    wait(other, f"p.run === '{state(page, 'run')}' && p.drawn > 0 && p.step === {step}")
    assert other.locator(".pg-badge").inner_text().endswith("watching")
    wait(other, f"p.pinned === '{state(page, 'run')}' && p.pinnedStep !== null")  # the link shows both
    other.get_by_role("button", name="Unpin").click()
    other.reload()
    wait(other, f"p.run === '{state(page, 'run')}' && p.drawn > 0")
    assert state(other, "pinned") is None, "what was done since counts, not the link"


def test_the_browser_records_the_stage(open_page):
    page = begun(open_page, SEED + 2, **MOTION)
    page.get_by_text("Record the stage").click()
    page.locator(".pg-record-stop").wait_for()
    page.click(".pg-play")
    page.wait_for_timeout(1500)
    with page.expect_download() as waiting:
        page.locator(".pg-record-stop").click()
    name = waiting.value.suggested_filename
    raw = Path(waiting.value.path()).read_bytes()
    assert name.startswith("gan-ring-") and name.endswith((".webm", ".mp4"))
    assert len(raw) > 5000 and (raw[:4] == b"\x1aE\xdf\xa3" or raw[4:8] == b"ftyp")
    assert not page.locator(".pg-record-stop").is_visible()


def test_a_shipped_training_can_be_taken_too(open_page):
    page = open_page("/gan")
    wait(page, "p.frames > 2 && p.run === null")
    page.locator(".pg-export").click()
    name, raw = taken(page, "Weights")
    assert name.startswith("gan-ring-") and len(raw) > 100_000


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_by_keyboard_on_a_phone_without_barriers(open_page, scheme):
    page = mine(
        open_page(
            f"/gan?gan.seed={SEED + 3}",
            viewport={"width": 390, "height": 844},
            has_touch=True,
            is_mobile=True,
            color_scheme=scheme,
        )
    )
    page.locator(".pg-export").focus()
    page.keyboard.press("Enter")
    page.locator(".pg-export-card[open]").wait_for()
    box = page.locator(".pg-export-card").bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390
    page.add_script_tag(content=AXE.read_text())
    found = page.evaluate("axe.run('.pg-export-card', {runOnly: ['wcag2a', 'wcag2aa']})")
    serious = [(v["id"], [n["html"][:160] for n in v["nodes"]][:3]) for v in found["violations"]]
    assert serious == [], json.dumps(serious, indent=1)
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.classList.contains('pg-export')")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_code_tab_has_the_script(open_page):
    page = open_page(f"/gan?gan.seed={SEED + 4}&gan.data=moons")
    page.get_by_role("tab", name="Code").click()
    shown = page.get_by_text("experiment = GanExperiment(").first
    shown.wait_for()
    assert f"seed={SEED + 4}" in page.locator("code").filter(has_text="GanExperiment(GanConfig(").first.inner_text()
