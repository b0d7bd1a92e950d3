"""A visit to the GAN page, as every address of the server must allow it: tests that modules take over."""

from .browser import mine, pause, state, wait

SEED = 4711
"""Not the shipped training's: a run of one's own begins at once."""


def test_it_opens_on_something_alive_and_play_begins_a_run(open_page):
    page = open_page("/gan")
    wait(page, "p.frames > 4 && p.run === null")  # the shipped training, played back
    page.click(".pg-play")
    mine(page)
    frames = state(page, "frames")
    wait(page, f"p.frames > {frames + 10}")


def test_pause_half_steps_scrubbing_and_back(open_page):
    page = mine(open_page(f"/gan?gan.seed={SEED}"))
    pause(page)
    head = state(page, "head")
    page.wait_for_timeout(400)
    assert state(page, "head") == head
    half = page.locator(".pg-half")
    assert half.count() == 2
    for done in (1, 2):
        half.nth(done - 1).click()
        wait(page, f"p.head === {head + done}")
        page.keyboard.press("Escape")
    page.locator(".pg-caption").wait_for()
    page.locator(".pg-time").focus()
    page.keyboard.press("Home")
    wait(page, "!p.live && p.step === 0")
    page.locator(".pg-live").click()
    wait(page, f"p.live && p.step === {head + 2}")


def test_a_reloaded_tab_finds_its_run(open_page):
    page = mine(open_page(f"/gan?gan.seed={SEED + 1}"))
    pause(page)
    run, head = state(page, "run"), state(page, "head")
    page.reload()
    wait(page, f"p.run === '{run}' && p.drawn > 0")
    assert state(page, "head") >= head


def test_settings_live_in_the_link_and_begin_another_run(open_page):
    page = mine(open_page(f"/gan?gan.seed={SEED + 2}&gan.data=moons&gan.g_width=32"))
    run = state(page, "run")
    assert page.locator(".pg-data-options [aria-checked=true], .pg-data-options input:checked").count() == 1
    page.locator(".pg-data-options :is([aria-label='Eight Gaussians'], [title='Eight Gaussians'])").first.click()
    page.wait_for_url("**gan.data=8gaussians**")
    wait(page, f"p.run !== '{run}' && p.drawn > 0")
    for kept in (f"gan.seed={SEED + 2}", "gan.g_width=32"):
        assert kept in page.url


def test_a_restarted_server_is_found_again_and_the_run_goes_on(server, open_page):
    page = mine(open_page(f"/gan?gan.seed={SEED + 4}"))
    run = state(page, "run")
    wait(page, "p.head > 100")
    server.stop()
    wait(page, "!p.connected")
    head = state(page, "head")
    server.start()
    wait(page, f"p.connected && p.run === '{run}' && p.head >= {head}", 60_000)
    wait(page, f"p.head > {head + 50}", 60_000)
    open_page.complaints.clear()  # while the server was away the browser may complain
