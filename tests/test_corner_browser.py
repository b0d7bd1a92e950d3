"""The small stage in the window's corner: it follows the reader down the page, and covers no panel."""

from support.browser import wait

PAGE = "/gan?tab=ask"
COVERED = """() => {
  const box = document.querySelector(".pg-corner").getBoundingClientRect();
  return [...document.querySelectorAll(".pg-panel")].filter((panel) => {
    const other = panel.getBoundingClientRect();
    return box.left < other.right && other.left < box.right && box.top < other.bottom && other.top < box.bottom;
  }).map((panel) => panel.dataset.name);
}"""
ON_TOP = """() => {
  const { left, top, width, height } = document.querySelector(".pg-corner canvas").getBoundingClientRect();
  return Boolean(document.elementFromPoint(left + width / 2, top + height / 2)?.closest(".pg-corner"));
}"""
MAIN = "document.querySelector('[data-testid=stMain]')"
ROOM = ".pg-panels { margin-bottom: 3000px; }"


def opened(open_page, path=PAGE, width=1366):
    page = open_page(path, viewport={"width": width, "height": 768})
    wait(page, "p.frames > 2")
    page.locator(".pg-panel").first.wait_for()
    page.add_style_tag(content=ROOM)
    return page


def down(page, far):
    page.evaluate(f"{MAIN}.scrollTo(0, {far})")
    page.wait_for_timeout(400)  # observers and a tick of the panels


def far_of_panel(page, selector=".pg-panel"):
    return page.evaluate(
        f"{MAIN}.scrollTop + document.querySelector('{selector}').getBoundingClientRect().top - innerHeight / 3"
    )


def test_while_a_panel_is_in_view_it_stands_over_the_sidebar(open_page):
    page = opened(open_page)
    corner, sidebar = page.locator(".pg-corner"), page.get_by_test_id("stSidebar")
    assert corner.is_hidden()
    start = far_of_panel(page)
    for far in range(int(start) - 200, int(start) + 400, 100):
        down(page, far)
        if corner.is_visible():
            assert page.evaluate(COVERED) == []
    assert corner.is_visible()
    box, room = corner.bounding_box(), sidebar.bounding_box()
    assert room["x"] <= box["x"] and box["x"] + box["width"] <= room["x"] + room["width"]
    assert page.evaluate(ON_TOP)
    down(page, 100_000)  # past every panel: back in its corner
    assert corner.is_visible() and corner.bounding_box()["x"] > 1000


def test_where_the_sidebar_is_closed_it_makes_way(open_page):
    page = opened(open_page)
    start = far_of_panel(page)
    down(page, start)
    assert page.locator(".pg-corner").is_visible()
    page.get_by_test_id("stSidebar").hover()
    page.get_by_test_id("stSidebarCollapseButton").locator("button").click()
    page.locator(".pg-corner").wait_for(state="hidden")
    down(page, 100_000)
    assert page.locator(".pg-corner").is_visible()


def test_the_last_settings_can_be_scrolled_out_from_under_it(open_page):
    page = opened(open_page)
    down(page, far_of_panel(page))
    corner = page.locator(".pg-corner").bounding_box()
    last = page.get_by_test_id("stSidebarUserContent").locator("[data-testid=stElementContainer]:visible").last
    last.evaluate(
        """e => { for (let n = e.parentElement; n; n = n.parentElement)
             if (n.scrollHeight > n.clientHeight) n.scrollTop = n.scrollHeight; }"""
    )
    page.wait_for_timeout(200)
    assert last.bounding_box()["y"] + last.bounding_box()["height"] <= corner["y"]


def test_closed_by_hand_it_stays_away(open_page):
    page = opened(open_page)
    down(page, far_of_panel(page))
    page.locator(".pg-corner").get_by_role("button", name="Close").click()
    assert page.locator(".pg-corner").is_hidden()
    down(page, far_of_panel(page) + 150)
    assert page.locator(".pg-corner").is_hidden()
    down(page, 0)
    page.wait_for_timeout(300)
    down(page, far_of_panel(page))
    assert page.locator(".pg-corner").is_visible()
