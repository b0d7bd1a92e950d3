"""Pages without a browser: Streamlit's own test client."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).parents[2]
NAVIGATION = ROOT / "playground" / "ui" / "navigation.py"


def opened(page: Path, **params: str) -> AppTest:
    at = AppTest.from_file(NAVIGATION, default_timeout=30)
    for key, value in params.items():
        at.query_params[key.replace("__", ".")] = value
    if page.stem != "home":
        at.switch_page(str(page))
    at.run()
    assert not at.exception, at.exception[0].stack_trace
    return at
