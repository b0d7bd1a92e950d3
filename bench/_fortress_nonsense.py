"""Messages and requests that no browser would send, for `bench fortress`: commands from their schemas, then spoilt.

Each takes its randomness from `chance`: the same seed gives the same messages.
"""

import json
import random
import string
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from _fortress_sockets import BINARY, OWNER, TEXT
from pydantic import TypeAdapter

from playground.core.registry import NAMES

SMALL = {"g_width": 8, "d_width": 8, "batch": 16}
KNOWN: Mapping[str, list[Any]] = {
    "family": ["gan", "gan", "gan", *NAMES, "gan\0"],
    "config": [SMALL, SMALL, {**SMALL, "seed": 3}, {}, {"g_lr": 0.004}, {"data": "table:/etc/passwd"}],
    "owner": [OWNER],
    "run": [None, None, "abc123", "0" * 40],
    "changes": [{}, {"g_lr": 0.002}],
    "grid": [{"g_lr": [0.001, 0.002]}, {"batch": [16, 32]}, {}],
}
"""Values that the server knows, by the name of a field."""
ODD = [
    None, True, 0, -1, 7, 3.5, 1e308, -0.0, 2**70, "", "gan", "\0", "\ud800", "نص", "💥" * 9, "../../etc/passwd",
    "{0.__class__}", "%s%n", "=1+1", "<script>", "[a](http://b)", "9" * 400, [], {}, [[]], {"a": {"b": []}},
]  # fmt: skip
KINDS = ("picture.png", "weights.safetensors", "run.zip", "film.gif", "page.html", "frames.npz", "metrics.csv")


def from_schema(schema: Mapping[str, Any], whole: Mapping[str, Any], chance: random.Random, name: str = "") -> Any:
    """A value that a JSON schema allows, or nearly."""
    if name in KNOWN and chance.random() < 0.9:
        return chance.choice(KNOWN[name])
    if "$ref" in schema:
        return from_schema(whole["$defs"][schema["$ref"].rpartition("/")[2]], whole, chance, name)
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return from_schema(chance.choice(schema[several]), whole, chance, name)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return chance.choice(schema["enum"])
    match schema.get("type"):
        case "object" if "properties" in schema:
            left_out = {part for part in schema["properties"] if part not in schema.get("required", ())}
            return {
                part: from_schema(below, whole, chance, part)
                for part, below in schema["properties"].items()
                if part not in left_out or chance.random() < 0.6
            }
        case "object":
            below = schema.get("additionalProperties") or {}
            below = below if isinstance(below, Mapping) else {}
            return {text(chance, 8): from_schema(below, whole, chance) for _ in range(chance.randint(0, 3))}
        case "array":
            count = chance.randint(schema.get("minItems", 0), min(schema.get("maxItems", 4), 4))
            return [from_schema(schema.get("items", {}), whole, chance) for _ in range(count)]
        case "integer":
            return chance.randint(int(schema.get("minimum", -3)), int(min(schema.get("maximum", 300), 300)))
        case "number":
            return chance.uniform(schema.get("minimum", 0.1), min(schema.get("maximum", 50.0), 50.0))
        case "boolean":
            return chance.random() < 0.5
        case "string":
            return text(chance, schema.get("maxLength", 20))
    return odd(chance)


def odd(chance: random.Random, depth: int = 0) -> Any:
    """Anything."""
    if depth < 3 and chance.random() < 0.2:
        inner = [odd(chance, depth + 1) for _ in range(chance.randint(0, 4))]
        return inner if chance.random() < 0.5 else {text(chance, 8): value for value in inner}
    return chance.choice(ODD)


def spoilt(command: Any, chance: random.Random) -> tuple[bytes, int]:
    """The message of a command with something wrong in it, or not; and its kind."""
    how = chance.choice(("as it is", "value", "value", "missing", "more", "nested", "cut", "bytes", "noise"))
    if isinstance(command, dict) and command:
        key = chance.choice(sorted(command))
        if how == "value":
            command = {**command, key: odd(chance)}
        elif how == "missing":
            command = {name: value for name, value in command.items() if name != key}
        elif how == "more":
            command = {**command, text(chance, 8): odd(chance)}
    if how == "nested":
        for _ in range(chance.choice((1, 3, 300))):
            command = [command]
    raw = json.dumps(command).encode()
    if how == "cut":
        raw = raw[: chance.randint(0, len(raw))]
    elif how == "noise":  # what is no text at all ends the connection, and what is on its way there
        return (noise(chance, 60) if chance.random() < 0.05 else text(chance, 40).encode()), TEXT
    return raw, BINARY if how == "bytes" else TEXT


def noise(chance: random.Random, most: int) -> bytes:
    return chance.randbytes(chance.randint(0, most))


def text(chance: random.Random, most: int) -> str:
    return "".join(chance.choices(string.printable, k=chance.randint(0, min(most, 40))))


Messages = Iterator[tuple[bytes, int]]


def commands(adapter: TypeAdapter, chance: random.Random) -> Messages:
    """Commands for one of our own sockets: sensible ones at first, so that there is something to command."""
    schema = adapter.json_schema()
    while True:
        yield spoilt(from_schema(schema, schema, chance), chance)


def protocol_buffers(chance: random.Random) -> Messages:
    """For Streamlit's own socket: asks for a rerun of the page, with bytes changed."""
    from streamlit.proto.BackMsg_pb2 import BackMsg

    asks = BackMsg()
    asks.rerun_script.query_string = "gan.lr=1"
    whole = asks.SerializeToString()
    while True:
        yield changed(whole, chance) if chance.random() < 0.3 else noise(chance, 60), BINARY


def changed(raw: bytes, chance: random.Random, most: int = 4) -> bytes:
    found = bytearray(raw)
    for _ in range(chance.randint(1, most)):
        found[chance.randrange(len(found))] = chance.randrange(256)
    return bytes(found)


def pair(key: str, chance: random.Random) -> str:
    """One setting of a query, with any value."""
    return f"{quote(key)}={quote(str(odd(chance)), errors='replace')}"


Request = tuple[str, str, bytes, dict[str, str]]


def asks(chance: random.Random) -> Request:
    """A request to one of the routes, most of them for what there is not; with a query."""
    names = [quote(text(chance, 12)), "..%2f..%2fetc%2fpasswd", "abc123", "gan-ring", "gan-ring"]
    what = chance.choice(KINDS) if chance.random() < 0.1 else quote(text(chance, 10) or "x")
    path = chance.choice(
        (
            f"/live/runs/{chance.choice(names)}/{what}",
            f"/live/recordings/{chance.choice(names)}/{what}",
            f"/live/{quote(text(chance, 12))}",
            f"/live/core/{chance.choice(names)}",
            f"/live/thumbnails/{chance.choice(names)}",
            "/live/health",
            "/live/weights",
            f"/_stcore/{quote(text(chance, 8))}",
            f"/component/{quote(text(chance, 8))}/x.js",
        )
    )
    keys = ("step", "theme", "lang", "at", "link", text(chance, 5))
    query = "&".join(pair(chance.choice(keys), chance) for _ in range(chance.randint(0, 3)))
    method = chance.choice(("GET",) * 6 + ("HEAD", "POST", "PUT", "DELETE"))
    body = noise(chance, 200) if method in ("POST", "PUT") else b""
    return method, f"{path}?{query}", body, {}


def weights(chance: random.Random, whole: bytes = b"") -> Request:
    """Weights of a small model with bytes changed, mostly in what is said about them."""
    head = 8 + int.from_bytes(whole[:8], "little")
    how = chance.random()
    if how < 0.6:
        body = changed(whole[:head], chance) + whole[head:]
    elif how < 0.9:
        body = whole[: chance.randrange(len(whole))]
    else:
        body = noise(chance, 2_000)
    family = quote(chance.choice([*NAMES, "", "x"]))
    return "POST", f"/live/weights?family={family}", body, {"X-Playground-Owner": OWNER}


def files(chance: random.Random, session: str = "", token: str = "") -> Request:
    """A file for a widget, small, with an odd name and what is no form."""
    name = quote(text(chance, 12), safe="") or "f"
    edge = "edge"
    disposition = f'form-data; name="{text(chance, 6)}"; filename="{text(chance, 12)}"'
    body = f"--{edge}\r\nContent-Disposition: {disposition}\r\n\r\n".encode() + noise(chance, 300)
    body += f"\r\n--{edge}--\r\n".encode() if chance.random() < 0.7 else b""
    whose = session if chance.random() < 0.7 else quote(text(chance, 12), safe="")
    headers = {
        "Content-Type": f"multipart/form-data; boundary={edge}",
        "X-Xsrftoken": token,
        "Cookie": f"_streamlit_xsrf={token}",
    }
    return chance.choice(("PUT", "PUT", "PUT", "DELETE")), f"/_stcore/upload_file/{whose}/{name}", body, headers
