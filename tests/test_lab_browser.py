"""The failure lab and the latent walk in a real browser."""

import pytest
import torch
from support.browser import MOTION, mine, pause, state, tap, wait

SEED = 5200
STRONG = (
    "gan.data=8narrow&gan.objective=minimax&gan.r1=0&gan.ema=0&gan.d_steps=5&gan.d_lr=0.005&gan.g_lr=0.0001"
    "&gan.g_width=32&gan.d_width=32&gan.batch=64"
)


def test_a_failure_is_named_and_its_remedy_tried(open_page):
    page = open_page(f"/gan?gan.seed={SEED}&{STRONG}&play=1")
    wait(page, "p.findings && p.findings.includes('vanishing')", 90_000)
    card = page.locator(".pg-diagnosis[data-name=vanishing]")
    card.locator("summary").click()
    assert "0.9" in card.locator(".pg-diagnosis-card").inner_text()
    run = state(page, "run")
    card.get_by_role("button").click()
    wait(page, f"p.run !== '{run}' && p.playing && p.step > 10 && p.findings.length === 0", 60_000)
    assert "non_saturating" not in page.url and "minimax" not in page.url  # the default is not in the link


@pytest.mark.skipif(torch.cuda.is_available(), reason="it has this device")
def test_a_run_that_cannot_begin_says_why_and_waits_for_nothing(open_page):
    page = open_page(f"/gan?gan.seed={SEED + 9}&gan.device=cuda&play=1")
    page.locator(".pg-banner").get_by_text("There is no CUDA GPU here.").wait_for()
    wait(page, "!p.playing")
    assert page.locator(".pg-waiting").first.is_hidden()  # the other one is of a pinned run


def test_the_lab_starts_a_failure_with_one_click(open_page):
    page = mine(open_page(f"/gan?gan.seed={SEED + 1}"))
    run = state(page, "run")
    page.get_by_role("tab", name="Failure lab").click()
    page.locator("[class*='failure-card-divergence']").get_by_role("button", name="Start this run").click()
    wait(page, f"p.run !== '{run}' && p.findings && p.findings.includes('divergence')", 90_000)
    assert "gan.objective=wgan_gp" in page.url


def test_a_point_is_dragged_and_moved_by_keys(open_page):
    page = mine(open_page(f"/gan?gan.seed={SEED + 2}", **MOTION))
    page.click(".pg-walk-open")
    wait(page, "p.walk && p.walk.answers > 1")
    pause(page)
    page.locator(".pg-walk-pad").scroll_into_view_if_needed()  # the pause may have scrolled up to its button
    page.wait_for_timeout(500)
    before = page.evaluate("window.__playground.walk")
    box = page.locator(".pg-handle").first.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 25, y - 40, steps=5)
    page.mouse.up()
    wait(page, f"p.walk.answers > {before['answers']}")
    page.wait_for_timeout(600)
    after = page.evaluate("window.__playground.walk")
    assert len(after["xy"]) == 64 and after["xy"][0] != before["xy"][0] and after["xy"][-1] == before["xy"][-1]
    assert after["step"] == state(page, "head")
    page.locator(".pg-handle").nth(1).focus()
    head = state(page, "head")
    page.keyboard.press("ArrowRight")
    wait(page, f"p.walk.answers > {after['answers']}")
    assert state(page, "head") == head  # the arrow moved the point and did not step the training
    assert "B (" in page.locator(".pg-walk output").inner_text()


def test_on_a_phone_with_touch_in_chinese(open_page):
    page = mine(
        open_page(
            f"/gan?lang=zh&gan.noise_dim=1&gan.seed={SEED + 3}",
            viewport={"width": 390, "height": 844},
            has_touch=True,
            is_mobile=True,
            color_scheme="dark",
            reduced_motion="reduce",
        )
    )
    tap(page.locator(".pg-walk-open"))
    wait(page, "p.walk && p.walk.answers > 0 && p.walk.xy.length === 64")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert "噪声是一维的" in page.locator(".pg-walk-words").inner_text()
