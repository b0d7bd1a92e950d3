"""`site`: the lessons with their recorded trainings as a folder of plain files."""

import argparse
import os
import re
from pathlib import Path

from playground.core.errors import UserError

HELP = "write the lessons with recorded trainings as a folder of plain files"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("out", type=Path, help="the folder that is written; one that this command wrote is replaced")
    parser.add_argument("--app", default="", metavar="URL", help="the address of an app, to which the pages link")


def run(given: argparse.Namespace) -> None:
    if given.app and not re.fullmatch(r"https?://[^\s\"'<>?#]{1,400}", given.app):
        raise UserError("--app needs an address such as https://example.org/play, not {app}.", app=given.app)
    from playground.site import build

    build.check(given.out)
    made = build.site(os.environ, given.app)
    build.write(given.out, made)
    size = sum(map(len, made.values())) / 1e6
    print(f"{len(made)} files, {size:.1f} MB: {given.out / 'index.html'}")
