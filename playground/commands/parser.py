"""The parser of the command line, put together from what the commands declare."""

import argparse
from collections.abc import Iterable
from importlib import import_module

COMMANDS = {
    "list": "list_families",
    "train": "train",
    "data": "data",
    "streams": "streams",
    "sample": "sample",
    "sweep": "sweep",
    "arena": "arena",
    "mmbench": "mmbench",
    "pipeline": "pipeline",
    "site": "site",
    "bench": "bench",
    "serve": "serve",
}
"""The module of each command, in `playground.commands`."""


class OneSentence(argparse.ArgumentParser):
    """argparse without the usage text before its complaint."""

    def error(self, message: str):
        self.exit(2, f"playground: {message}\n")


def parser(names: Iterable[str] = COMMANDS) -> argparse.ArgumentParser:
    """The parser of these commands, each as its module declares it."""
    whole = OneSentence(prog="python -m playground", description="A playground of generative models.")
    commands = whole.add_subparsers(required=True, metavar="COMMAND", parser_class=OneSentence)
    for name in names:
        module = import_module(f"playground.commands.{COMMANDS[name]}")
        command = commands.add_parser(name, help=module.HELP, description=f"{module.HELP[0].upper()}{module.HELP[1:]}.")
        module.add_arguments(command)
        command.set_defaults(run=module.run)
    return whole
