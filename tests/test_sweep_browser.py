"""The grid of sweeps in a real browser: cells train side by side, are compared, paused, and opened as full runs."""

import csv
import io

from support.browser import state, wait

SEED = 5300
SMALL = f"gan.seed={SEED}&gan.g_width=8&gan.d_width=8&gan.batch=16"


def sweeping(page, condition, timeout=90_000):
    page.wait_for_function(
        f"(() => {{ const s = window.__sweep; return s && ({condition}) }})()", timeout=timeout, polling=50
    )


def test_cells_train_side_by_side_and_open_as_full_runs(open_page):
    page = open_page(f"/gan?{SMALL}&grid.data=moons,ring&grid.g_lr=0.001,0.002")
    page.get_by_role("button", name="Train 4 side by side").click(timeout=90_000)
    sweeping(page, "s.playing === 4 && s.steps.every((step) => step > 20) && s.frames > 8")
    cell = page.locator("a.pg-thumbnail").filter(has_text="Ring").filter(has_text="0.002")
    drawn = "c => new Set(c.getContext('2d').getImageData(0, 0, c.width, c.height).data).size"
    cell.scroll_into_view_if_needed()  # what is out of sight is not drawn
    page.wait_for_timeout(600)
    assert cell.locator("canvas").evaluate(drawn) > 20
    steps = page.evaluate("window.__sweep.steps")
    assert len(set(steps)) == 1, steps  # compared at equal steps
    table = page.get_by_role("region", name="Scores of all cells")
    table.get_by_role("button", name="Sliced Wasserstein-2").click()
    page.get_by_role("button", name="Pause all").click()
    sweeping(page, "s.playing === 0")
    page.wait_for_timeout(600)
    shown = table.locator("tbody tr td:nth-child(2) span").all_inner_texts()
    assert [float(text) for text in shown] == sorted(float(text) for text in shown) and len(shown) == 4
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the table").click()
    rows = list(csv.DictReader(io.StringIO(download.value.path().read_text())))
    assert [(row["data"], row["g_lr"]) for row in rows] == [
        (data, lr) for data in ("moons", "ring") for lr in ("0.001", "0.002")
    ]
    assert all(float(row["sliced_w2"]) > 0 and float(row["sliced_w2_floor"]) > 0 for row in rows)
    cell.focus()
    page.keyboard.press("Enter")
    wait(page, f"p.run === '{rows[3]['run']}'", 90_000)
    page.wait_for_url("**gan.g_lr=0.002**")
    assert state(page, "step") > 20


def test_on_a_phone_two_cells_stand_side_by_side(open_page):
    page = open_page("/gan?lang=zh&grid.seed=1,2", viewport={"width": 390, "height": 844})
    page.get_by_role("button", name="并排训练 2 个").wait_for(timeout=90_000)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1")
