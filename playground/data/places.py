"""Files that a setting names by their path, and whether they may be read here.

Paths come from whoever runs the command line or the package. A server takes settings from links, so it reads none but
those below the folders of `PLAYGROUND_TABLES` (parted by the system's separator), which is none unless its operator
names some.
"""

import os
from pathlib import Path

from playground.core.errors import UserError
from playground.core.i18n import N_

FOLDERS_VARIABLE = "PLAYGROUND_TABLES"


def allowed(place: str) -> Path:
    """The path that is meant. Whether a file is there is looked at only where reading is allowed; else `UserError`."""
    folders = os.environ.get(FOLDERS_VARIABLE)
    if folders is None:  # no server: whoever runs this may read whatever the system lets them
        return Path(place).expanduser()
    path = Path(place).resolve()
    if not any(path.is_relative_to(Path(folder).resolve()) for folder in folders.split(os.pathsep) if folder):
        raise UserError(
            N_("This server reads no files by path. Use the command line, or a folder that its operator has allowed.")
        )
    return path
