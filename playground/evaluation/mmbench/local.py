"""A model in a local folder that Hugging Face's `transformers` can open: pictures and text in, text out.

Only files of the folder are read: nothing is downloaded, no code of the folder runs, and weights are safetensors.
"""

import asyncio
import base64
import importlib
import importlib.util
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playground.core.errors import UserError
from playground.core.i18n import N_

from .model import Answer

if TYPE_CHECKING:
    from .question import Row


class LocalModel:
    """Greedy decoding of at most `max_tokens` tokens, one question at a time, in a thread."""

    def __init__(self, folder: Path, max_tokens: int = 64, blind: bool = False, device: str = "cpu"):
        if importlib.util.find_spec("transformers") is None:
            raise UserError(N_("A local model needs the package transformers: pip install transformers."))
        self.folder, self.max_tokens, self.blind, self.device = folder.expanduser(), max_tokens, blind, device
        if not (self.folder / "config.json").is_file():
            raise UserError(N_("There is no model in the folder {name}: it has no config.json."), name=folder.name)
        self._one = asyncio.Lock()
        self._loaded: tuple[Any, Any] | None = None

    @property
    def name(self) -> str:
        return self.folder.resolve().name

    @property
    def parameters(self) -> Mapping[str, Any]:
        """A folder is known by its path and by when its weights were written."""
        weights = sorted(self.folder.glob("*.safetensors"))
        return {
            "folder": str(self.folder.resolve()),
            "written": [path.stat().st_mtime_ns for path in weights],
            "max_tokens": self.max_tokens,
            "blind": self.blind,
        }

    async def answer(self, row: "Row", prompt: str) -> Answer:
        async with self._one:
            return await asyncio.to_thread(self._answer, None if self.blind else row.image, prompt)

    def _answer(self, image: bytes | None, prompt: str) -> Answer:
        import torch

        processor, model = self._loaded = self._loaded or self._load()
        content: list[dict[str, Any]] = [{"type": "text", "text": prompt}]
        if image is not None:
            content.insert(0, {"type": "image", "base64": base64.b64encode(image).decode()})
        inputs = processor.apply_chat_template(
            [{"role": "user", "content": content}],
            add_generation_prompt=True,
            tokenize=True,
            return_dict=True,
            return_tensors="pt",
        ).to(self.device)
        start = inputs["input_ids"].shape[1]
        with torch.inference_mode():
            tokens = model.generate(**inputs, do_sample=False, max_new_tokens=self.max_tokens)[0, start:]  # (length,)
        return Answer(processor.decode(tokens, skip_special_tokens=True), start, len(tokens))

    def _load(self) -> tuple[Any, Any]:
        transformers = importlib.import_module("transformers")
        own = {"local_files_only": True, "trust_remote_code": False}
        try:
            processor = transformers.AutoProcessor.from_pretrained(self.folder, **own)
            kind = transformers.AutoModelForImageTextToText
            model = kind.from_pretrained(self.folder, use_safetensors=True, **own).to(self.device).eval()
        except (OSError, ValueError, ImportError) as error:
            raise UserError(
                N_("{name} cannot be opened as a model that sees pictures: {why}"),
                name=self.folder.name,
                why=str(error).splitlines()[0][:200],
            ) from None
        return processor, model
