"""The GAN of pictures in a real browser: picked by its button, drawn as a grid, and walked through."""

from support.browser import pause, wait

SMALL = "gan.data=digits&gan.noise_dim=8&gan.batch=16&gan.channels=4"
INKS = """(share) => {
  const canvas = document.querySelector(".pg-main > .pg-picture canvas")
  const from = Math.floor(share * canvas.height)
  const { data } = canvas.getContext("2d").getImageData(0, from, canvas.width, canvas.height - from)
  const colours = new Set()
  for (let i = 0; i < data.length; i += 4) colours.add((data[i] << 16) | (data[i + 1] << 8) | data[i + 2])
  return colours.size
}"""
"""How many colours the lower part of the big picture has, from `share` of its height down."""


def test_a_grid_is_drawn_and_a_walk_answers_pictures(open_page):
    page = open_page(f"/gan?gan.seed=5300&{SMALL}&play=1")
    wait(page, "p.run && p.step > 5", 60_000)
    pause(page)
    assert page.evaluate(INKS, 0) > 60  # shades of ink, from a model that is still unsure
    page.get_by_role("button", name="Memorised?").click()
    page.get_by_text("had only memorised, the two would be equal").first.wait_for()
    page.get_by_role("button", name="Back to the whole picture").click()
    page.get_by_role("button", name="Latent walk").click()
    wait(page, "p.walk && p.walk.answers > 0 && p.walk.xy.length === 10 && p.walk.xy.every((row) => row.length === 64)")
    before = page.evaluate("window.__playground.walk")
    page.locator(".pg-handle[data-letter=B]").focus()
    for _ in range(4):
        page.keyboard.press("Shift+ArrowRight")
    wait(
        page,
        f"p.walk.answers > {before['answers']} && JSON.stringify(p.walk.xy.at(-1)) !== "
        f"'{str(before['xy'][-1]).replace(' ', '')}'",
    )
    after = page.evaluate("window.__playground.walk")
    assert after["xy"][0] == before["xy"][0] and after["xy"][-1] != before["xy"][-1]
    assert "the interpolation from A" in page.locator(".pg-walk output").inner_text()


def test_picking_digits_brings_what_suits_them_and_leaving_takes_it_back(open_page):
    page = open_page("/gan?gan.seed=5301&gan.g_width=16")
    wait(page, "p.run")
    page.get_by_role("radio", name="Handwritten digits").click()
    page.wait_for_url(lambda url: "gan.data=digits" in url and "gan.noise_dim=32" in url and "gan.batch=64" in url)
    page.get_by_role("radio", name="Two moons").click()
    page.wait_for_url(lambda url: "gan.data=moons" in url and "noise_dim" not in url and "batch" not in url)
    assert "gan.g_width=16" in page.url
