"""The arena in a real browser: it begins, is paused and goes on, is measured, and is taken along."""

import csv
import io

from PIL import Image


def contest(page, condition, timeout=120_000):
    page.wait_for_function(
        f"(() => {{ const s = window.__arena; return s && ({condition}) }})()", timeout=timeout, polling=50
    )


def test_contestants_train_are_measured_and_taken_along(open_page):
    page = open_page(
        "/arena?arena.data=moons&arena.contestants=gan,rectified&arena.budget=steps&arena.steps=60&arena.seed=7100"
    )
    contest(page, "s.cells === 2 && s.frames >= 2")
    page.wait_for_timeout(1500)
    contest(page, "s.playing === 0 && s.steps.every((step) => step === 0)")  # it waits for its button
    page.get_by_role("button", name="Train 2 side by side").click()
    contest(page, "s.measured === 2 && s.steps.every((step) => step === 60)")
    card = page.get_by_role("region", name="Scorecard")
    row = card.get_by_role("row").filter(has=page.get_by_role("rowheader", name="GAN"))
    assert "no density" in row.inner_text()
    card.get_by_role("button", name="Time for 1,000 samples").click()
    assert card.get_by_role("rowheader").all_inner_texts() == ["GAN", "Rectified flow"]
    card.get_by_role("button", name="Time for 1,000 samples").click()
    assert card.get_by_role("rowheader").all_inner_texts() == ["Rectified flow", "GAN"]
    assert card.locator("td[data-best=true]").count() >= 3  # of nine columns
    triangle = page.get_by_role("img", name="The trade-off")
    assert "Rectified flow: Quality 0." in triangle.get_attribute("aria-label")
    drawn = "c => new Set(c.getContext('2d').getImageData(0, 0, c.width, c.height).data).size"
    assert triangle.evaluate(drawn) > 20
    assert page.get_by_role("button", name="All budgets are used up").is_disabled()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the scorecard").click()
    rows = list(csv.DictReader(io.StringIO(download.value.path().read_text())))
    assert [(row["contestant"], row["density"], row["steps"]) for row in rows] == [
        ("gan", "none", "60"),
        ("rectified", "exact", "60"),
    ]
    assert all(0 < float(row["sliced_w2_floor"]) < float(row["sliced_w2"]) for row in rows)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the picture").click()
    with Image.open(download.value.path()) as picture:
        assert picture.width == 2480 and len(picture.convert("RGB").getcolors(2**24)) > 500
    page.get_by_role("radio", name="Ring", exact=True).click()
    page.wait_for_url("**arena.data=ring**", timeout=60_000)
    page.get_by_role("button", name="Train 2 side by side").wait_for(timeout=60_000)
