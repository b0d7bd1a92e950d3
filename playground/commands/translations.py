"""The catalogues of translations: after a text was added or changed anywhere, run

    python -m playground.commands.translations

which takes new messages into the catalogue, drops those that are gone, and lists what still lacks a translation.
`--missing FILE` writes the latter to a JSON file; with its translations filled in, `--fill FILE` takes it back.
"""

import argparse
import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

from playground.core.errors import UserError
from playground.core.i18n import LANGUAGES, catalogue_path, read_catalogue
from playground.core.strict_json import dumps

ROOT = Path(__file__).resolve().parents[2]
PLACES = ("playground", "pages")
KEYWORDS = {"N_": None, "_": None}


def extract() -> Catalog:
    """All messages marked in the sources with `N_` or `_`."""
    found = Catalog(project="playground")
    for place in PLACES:
        rows = extract_from_dir(ROOT / place, [("**.py", "python")], keywords=KEYWORDS)
        for name, _line, message, _comments, _context in rows:
            if message:
                found.add(message, locations=[(f"{place}/{name}", 0)])
    return found


def marks(text: str) -> list[str]:
    """What a translation must carry over: `{placeholders}`, without the forms of a noun that English has and other
    languages may not (`{n:point|points}`); `[role:` brackets, `$formulas$`."""
    text = re.sub(r"(\{[a-z_]\w*):[^{}]*\|[^{}]*\}", r"\1}", text)
    return sorted(re.findall(r"\{[a-z_]\w*(?:[!:][^{}]*)?\}|\[[a-z]+:|\$[^$]+\$", text))


def problems(lang: str) -> list[str]:
    """One sentence for each message that is missing, doubtful, no longer used, or loses a placeholder."""
    wanted, have = extract(), read_catalogue(lang)
    found = [f"obsolete: {m.id!r}" for m in have if m.id and m.id not in wanted]
    found += [f"obsolete: {id_!r}" for id_ in have.obsolete]
    for message in wanted:
        if not message.id:
            continue
        there = have.get(message.id)
        if there is None or not there.string:
            found.append(f"missing: {message.id!r}")
        elif there.fuzzy:
            found.append(f"fuzzy: {message.id!r}")
        elif marks(str(message.id)) != marks(str(there.string)):
            found.append(f"placeholders differ: {message.id!r}")
    return found


def update(lang: str) -> None:
    """Bring a catalogue up to date with the sources; finished translations stay."""
    path, wanted = catalogue_path(lang), extract()
    have = read_catalogue(lang) if path.exists() else Catalog(locale=lang, project="playground")
    fresh = Catalog(
        locale=lang,
        project="playground",
        header_comment="# Texts of the playground.",
        fuzzy=False,
        creation_date=have.creation_date,
    )  # a new date with every update would only be noise
    for message in wanted:
        if message.id:
            there = have.get(message.id)
            fresh.add(message.id, there.string if there else "", locations=message.locations)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, fresh, sort_output=True, include_lineno=False, width=100, omit_header=False)


def fill(lang: str, translations: Mapping[str, str]) -> None:
    """Write translations (message -> translation) into a catalogue. `UserError` where a message does not exist or its
    translation lacks a placeholder; then nothing is written."""
    path, have = catalogue_path(lang), read_catalogue(lang)
    for message, translation in translations.items():
        if message not in have:
            raise UserError("No text of the sources says: {text}", text=repr(message))
        if marks(message) != marks(translation):
            raise UserError("The placeholders differ: {text}", text=repr(message))
        have[message].string = translation
    with path.open("wb") as file:
        write_po(file, have, sort_output=True, include_lineno=False, width=100, omit_header=False)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m playground.commands.translations", description=__doc__)
    parser.add_argument("--fill", type=Path, help="a JSON file: {message: translation, ...}")
    parser.add_argument("--missing", type=Path, help="write the messages without translation to this JSON file")
    parser.add_argument("--lang", default="zh", choices=[lang for lang in LANGUAGES if lang != "en"])
    given = parser.parse_args(arguments)
    update(given.lang)
    if given.fill:
        try:
            fill(given.lang, json.loads(given.fill.read_text("utf-8")))
        except (UserError, OSError, ValueError, AttributeError) as error:  # AttributeError: no table of texts
            print(f"{given.fill}: {error}" if not isinstance(error, UserError) else error, file=sys.stderr)
            return 2
    if given.missing:
        empty = {m.id: "" for m in read_catalogue(given.lang) if m.id and not m.string}
        try:
            given.missing.write_text(dumps(empty, indent=1, ensure_ascii=False), "utf-8")
        except OSError as error:
            print(f"{given.missing}: {error.strerror}", file=sys.stderr)
            return 2
    left = problems(given.lang)
    print("\n".join([*left, f"{given.lang}: {len(left)} to do"]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
