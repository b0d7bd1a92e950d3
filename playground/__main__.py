"""The command line: python -m playground list | train | sample | sweep | arena | pipeline | bench | serve."""

import argparse
import sys
from collections.abc import Iterable
from importlib import import_module

from playground.core.errors import UserError

COMMANDS = {
    "list": "list_families",
    "train": "train",
    "sample": "sample",
    "sweep": "sweep",
    "arena": "arena",
    "pipeline": "pipeline",
    "bench": "bench",
    "serve": "serve",
}
"""The module of each command, in `playground.commands`."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command; wrong input is one sentence on stderr and exit code 2."""
    words = sys.argv[1:] if arguments is None else arguments
    # The command that is asked for is the only one whose imports are waited for.
    given = parser(words[:1] if words and words[0] in COMMANDS else COMMANDS).parse_args(words)
    try:
        return given.run(given) or 0
    except UserError as error:
        print(f"playground: {error}", file=sys.stderr)
        return 2


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


if __name__ == "__main__":
    sys.exit(main())
