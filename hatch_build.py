"""What the wheel says of itself: README.md without its first lines, which are settings of a Hugging Face Space."""

from pathlib import Path

from hatchling.metadata.plugin.interface import MetadataHookInterface


def without_settings(text: str) -> str:
    """The text after the block between two lines `---` at its beginning, if it has one."""
    if not text.startswith("---\n"):
        return text
    return text.partition("\n---\n")[2].lstrip("\n")


class Readme(MetadataHookInterface):
    def update(self, metadata: dict) -> None:
        text = (Path(self.root) / "README.md").read_text(encoding="utf-8")
        metadata["readme"] = {"content-type": "text/markdown", "text": without_settings(text)}
