"""Where the files that are no modules of the package lie: the app's script, pages, weights, benchmarks.

In a checkout they stand beside the package. A wheel carries them inside it (pyproject.toml says which), so that the
commands work from any folder.
"""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
INSTALLED = PACKAGE / "shipped"
"""Only a wheel has this folder."""
ROOT = INSTALLED if INSTALLED.is_dir() else PACKAGE.parent
APP = ROOT / "app.py"
PAGES = ROOT / "pages"
WEIGHTS = ROOT / "weights"
BENCH = ROOT / "bench"
"""Only a checkout has this folder."""
WEB = PACKAGE / "web"
THUMBNAILS = PACKAGE / "ui" / "thumbnails"
"""Small pictures of where settings lead."""
