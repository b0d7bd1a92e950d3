"""What a run costs: the figures, and the panel in a real browser."""

import asyncio
import time

import pytest
from support.browser import mine, pause
from support.hubs import CONFIG, ME, a_hub, until, watched

from playground.engine.cost import cost


def test_figures_of_a_shared_and_of_a_resting_run(tmp_path):
    async def story():
        async with a_hub(tmp_path, workers=1) as hub:
            runs = [hub.begin(ME, "gan", CONFIG.changed(seed=seed)) for seed in (1, 2)]
            for live_run in runs:
                watched(live_run)
                hub.controls.play(live_run)
            await until(lambda: min(a.run.step for a in runs) > 50)

            async def now():
                """What is told, and the true steps a second of a while that ends here."""
                first, began = runs[0].run.step, time.monotonic()
                await until(lambda: time.monotonic() - began > 1.5 and runs[0].run.step > first + 20)
                rate = (runs[0].run.step - first) / (time.monotonic() - began)
                return cost(runs[0], hub.slots, sum(a.active for a in runs), hub.limits), rate

            shared, rate = await now()
            for _ in range(20):  # it is a mean of the last few chunks, which a busy machine holds up
                if rate / 3 < shared["rate"] < 3 * rate:
                    break
                shared, rate = await now()
            assert (shared["share"], shared["queue"], shared["active"], shared["workers"]) == (0.5, 2, 2, 1)
            assert rate / 3 < shared["rate"] < 3 * rate
            assert 1e6 / (2 * 3 * rate) < shared["step_us"] < 3e6 / (2 * rate)
            assert shared["slice_ms"] == 75 and shared["memory_mb"] >= 0.1
            for live_run in runs:
                hub.controls.pause(live_run)
            await until(lambda: not any(a.active for a in runs))
            rest = cost(runs[0], hub.slots, 0, hub.limits)
            assert (rest["share"], rest["queue"], rest["rate"], rest["step_us"]) == (0.0, 0, 0.0, None)

    asyncio.run(story())


@pytest.mark.parametrize(("width", "scheme", "lang"), [(1400, "light", "en"), (390, "dark", "zh")])
def test_the_panel_tells_it(server, chromium, width, scheme, lang):
    context = chromium.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(f"{server.url}/gan?gan.seed=4712&lang={lang}")
    mine(page)
    page.click(".pg-cost summary")
    panel = page.locator(".pg-cost-panel")
    panel.wait_for()
    box = panel.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= width
    page.wait_for_function("document.querySelector('.pg-cost-panel dd').textContent !== '\u2014'")
    words = {"en": ("Performance", "paused, no compute time"), "zh": ("性能", "已暂停，不占用计算时间")}[lang]
    assert words[0] in page.inner_text(".pg-cost summary")
    page.keyboard.press("Escape")
    panel.wait_for(state="hidden")
    pause(page)
    page.focus(".pg-cost summary")
    page.keyboard.press("Enter")
    page.wait_for_function("word => document.querySelector('.pg-cost-panel').textContent.includes(word)", arg=words[1])
    context.close()
