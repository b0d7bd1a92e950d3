"""Old names that stand in shared links, weights files, tables and run folders, and what they are called now.

Nothing is called by its old name any more; but a link, a file or a folder made before a name changed opens as it did.
"""

from collections.abc import Mapping
from typing import Any

SETTINGS = {"way": "execution"}
"""Of settings."""
SCORES: dict[str, str] = {}
"""Of metrics and scores."""


def current(names: Mapping[str, str], values: Mapping[str, Any]) -> dict[str, Any]:
    """`values` by the present names; what stands there under its present name already is kept."""
    renamed = {names.get(name, name): value for name, value in values.items()}
    return renamed | {name: value for name, value in values.items() if name not in names}
