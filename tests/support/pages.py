"""Pages without a browser: Streamlit's own test client."""

import re
from pathlib import Path

from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).parents[2]
NAVIGATION = ROOT / "playground" / "ui" / "navigation.py"


def pick(at: AppTest, family: str, **values) -> AppTest:
    """Set settings as the stage's bar does, whose choices have no widget; the page is drawn again."""
    for name, value in values.items():
        at.session_state[f"{family}.{name}"] = value
    at.session_state[f"settings of {family}"] = {**at.session_state[f"settings of {family}"], **values}
    return at.run()


def opened(page: Path, **params: str) -> AppTest:
    at = AppTest.from_file(NAVIGATION, default_timeout=30)
    for key, value in params.items():
        at.query_params[key.replace("__", ".")] = value
    if page.stem != "home":
        at.switch_page(str(page))
    at.run()
    assert not at.exception, at.exception[0].stack_trace
    return at


def title(at: AppTest) -> str:
    """Of the page, in its first line."""
    (found,) = [re.search("<h1>(.*?)</h1>", block.proto.body) for block in at.get("html") if "<h1>" in block.proto.body]
    return found[1]


def buttons(at: AppTest, start: str) -> list[str]:
    """The keys of the buttons that start so."""
    return [button.key for button in at.button if button.key.startswith(start)]


def choices(at: AppTest, start: str) -> list[str]:
    """The titles of the buttons of which one is chosen, whose key starts so."""
    (found,) = [group for group in at.get("button_group") if group.proto.id.split("-", 2)[-1].startswith(start)]
    return [option.content for option in found.proto.options]
