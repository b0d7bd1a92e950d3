"""The command line: python -m playground list | train | data | streams | sample | sweep | arena | pipeline | ..."""

import sys

from playground.commands.parser import COMMANDS, parser
from playground.core.errors import UserError


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


if __name__ == "__main__":
    sys.exit(main())
