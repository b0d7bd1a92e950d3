"""The reference of the command line, docs/commands.md: after an argument was added or changed, run

python -m playground.commands.reference
"""

import argparse
from collections.abc import Iterator

from playground.core.resources import ROOT

from .parser import COMMANDS, parser

PATH = ROOT / "docs" / "commands.md"
HEAD = """# The command line

Every command is `python -m playground COMMAND`; where the package is installed (`pip install .`), also
`playground COMMAND`. Wrong input is answered by one sentence and exit code 2. This page is made of what the commands
declare: `python -m playground.commands.reference`.
"""


def reference() -> str:
    """All commands with all their arguments, as Markdown."""
    return "\n".join([HEAD, *(line for name in COMMANDS for line in _section(name))])


def _section(name: str) -> Iterator[str]:
    command = arguments_of(name)
    yield from (f"## {name}", "", f"{command.description}", "")
    yield from ("| argument | |", "|---|---|")
    for action in command._actions:
        if not isinstance(action, argparse._HelpAction):
            yield f"| `{_named(action)}` | {action.help or ''} |"
    yield ""


def arguments_of(name: str) -> argparse.ArgumentParser:
    """The parser of one command."""
    (commands,) = (one for one in parser([name])._actions if isinstance(one, argparse._SubParsersAction))
    return commands.choices[name]


def _named(action: argparse.Action) -> str:
    """As in "--steps STEPS", "--json", "family"."""
    if not action.option_strings:
        return action.dest
    value = "" if action.nargs == 0 else f" {action.metavar or action.dest.upper()}"
    return action.option_strings[-1] + value


if __name__ == "__main__":
    PATH.write_text(reference(), "utf-8")
