"""Small files that are large when opened, or claim to be: each maker gives the bytes of one."""

import base64
import io
import json
import struct
import zipfile
from typing import Any

import numpy as np
from PIL import Image
from safetensors.numpy import load, save


def about(raw: bytes) -> dict[str, str]:
    """The metadata of a safetensors file."""
    return json.loads(raw[8 : 8 + int.from_bytes(raw[:8], "little")])["__metadata__"]


def altered(raw: bytes, tensors: dict[str, np.ndarray] | None = None, **changes: str) -> bytes:
    """A weights file with other tensors beside its own, and other metadata."""
    return save({**load(raw), **(tensors or {})}, {**about(raw), **changes})


def curve_bomb(raw: bytes, steps: int = 200_000, curves: int = 3000) -> bytes:
    """Weights of `steps` steps with `curves` curves of two points: a number for each step and curve would be made."""
    names = {f"curve.c{i}": np.ones(2, np.float32) for i in range(curves)}
    kept = {name: array for name, array in load(raw).items() if not name.startswith("curve.")}
    kept |= {"curve.step": np.array([1, steps]), "curve.g_loss": np.ones(2, np.float32), **names}
    kept["state.steps"] = np.array(steps)
    return save(kept, {**about(raw), "step": str(steps)})


def repeated_bomb(raw: bytes) -> bytes:
    """Weights whose largest tensor is repeated as often as may be."""
    state = {name.removeprefix("state."): array for name, array in load(raw).items() if name.startswith("state.")}
    large = max(state, key=lambda name: state[name].nbytes)
    return altered(
        raw,
        {f"state.{large}": np.ones(1_000_000, np.float32)},
        repeated=json.dumps({f"copy{i}": ["copy", large] for i in range(16)}),
    )


def many_tensors(count: int = 400_000) -> bytes:
    """A safetensors file of empty tensors alone."""
    entries = ",".join(f'"frame.0.{i:x}":{{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}' for i in range(count))
    return _with_header("{" + entries + "}")


def nested_header(count: int = 8_000_000) -> bytes:
    """A header of brackets alone."""
    return _with_header('{"__metadata__":' + "[" * count)


def claimed_tensor(about: dict[str, Any], shape: tuple[int, ...] = (10**6, 10**6)) -> bytes:
    """A tensor of many numbers, of which none is in the file."""
    entry = {"dtype": "F32", "shape": list(shape), "data_offsets": [0, 4 * int(np.prod(shape))]}
    return _with_header(json.dumps({"__metadata__": about, "state.g": entry}))


def _with_header(header: str) -> bytes:
    raw = header.encode()
    return struct.pack("<Q", len(raw)) + raw


def curve_rows(raw: bytes, rows: int = 100_000) -> bytes:
    """Weights whose curve has a point for every step of a long run."""
    return altered(raw, {"curve.step": np.arange(rows), "curve.g_loss": np.ones(rows, np.float32)})


def frame_bomb(raw: bytes, names: int = 5000, frames: int = 300) -> bytes:
    """Weights whose first frame has many arrays, which all others take over."""
    first = {f"frame.0.a{i}": np.zeros(1, np.uint8) for i in range(names)}
    return altered(raw, {**first, **{f"frame.{k}.a0": np.zeros(1, np.uint8) for k in range(frames)}}, lasting="true")


def npz(**members: bytes | tuple[tuple[int, ...], str]) -> bytes:
    """An archive of arrays; of a member given as (shape, dtype) only the header is there."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, member in members.items():
            if isinstance(member, tuple):
                header = io.BytesIO()
                about = {"descr": member[1], "fortran_order": False, "shape": member[0]}
                np.lib.format.write_array_header_1_0(header, about)
                member = header.getvalue()
            archive.writestr(f"{name}.npy", member)
    return whole.getvalue()


def zeros(length: int, method: int = zipfile.ZIP_DEFLATED, claimed: int | None = None) -> bytes:
    """An archive of an array of `length` zeros, in which its size is said to be `claimed`."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", method) as archive:
        header = io.BytesIO()
        about = {"descr": "|u1", "fortran_order": False, "shape": (length,)}
        np.lib.format.write_array_header_1_0(header, about)
        with archive.open("features.npy", "w", force_zip64=True) as file:
            file.write(header.getvalue())
            for _ in range(length // 1_000_000):
                file.write(bytes(1_000_000))
    raw = whole.getvalue()
    if claimed is not None:
        at = raw.rindex(b"PK\x01\x02") + 24
        raw = raw[:at] + struct.pack("<I", claimed) + raw[at + 4 :]
    return raw


def flat_picture(side: int, kind: str, **options: Any) -> bytes:
    """A picture of one colour, `side` pixels high and wide."""
    whole = io.BytesIO()
    Image.new(options.pop("mode", "RGB"), (side, side), options.pop("colour", 0)).save(whole, kind, **options)
    return whole.getvalue()


def workbook(sheet: str, strings: str = "", method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An XLSX file with this sheet and these shared strings, in XML."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    packages = "http://schemas.openxmlformats.org/package/2006"
    parts = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    files = {
        "[Content_Types].xml": f'<Types xmlns="{packages}/content-types">'
        f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{parts}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{parts}.worksheet+xml"/>'
        f'<Override PartName="/xl/sharedStrings.xml" ContentType="{parts}.sharedStrings+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{packages}/relationships">'
        f'<Relationship Id="r1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
        '<sheet name="s" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{packages}/relationships">'
        f'<Relationship Id="r1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="r2" Type="{office}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": sheet.replace("MAIN", main),
        "xl/sharedStrings.xml": (strings or '<sst xmlns="MAIN"/>').replace("MAIN", main),
    }
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", method, compresslevel=9) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return whole.getvalue()


def many_strings(count: int = 4_000_000) -> bytes:
    """A workbook with so many shared texts, of which none is in a cell."""
    return workbook(
        '<worksheet xmlns="MAIN"><sheetData/></worksheet>', f'<sst xmlns="MAIN">{"<si><t>a</t></si>" * count}</sst>'
    )


def many_cells(rows: int = 150_000, columns: int = 60) -> bytes:
    """A workbook of numbers."""
    row = f"<row>{'<c><v>1</v></c>' * columns}</row>"
    return workbook(f'<worksheet xmlns="MAIN"><sheetData>{row * rows}</sheetData></worksheet>')


def laughs(depth: int = 12) -> bytes:
    """A workbook whose only text is an entity that stands for ten of the one before it, and so on."""
    entities = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10 if i else "ha" * 50}">' for i in range(depth))
    return workbook(
        f'<!DOCTYPE worksheet [{entities}]><worksheet xmlns="MAIN"><sheetData><row>'
        f'<c t="inlineStr"><is><t>&l{depth - 1};</t></is></c></row></sheetData></worksheet>'
    )


def one_text(rows: int = 100_000, characters: int = 1_000_000) -> bytes:
    """A Parquet table with one long text in every row, which is in the file once."""
    import pyarrow as pa
    from pyarrow import parquet

    texts = pa.DictionaryArray.from_arrays(pa.array(np.zeros(rows, np.int32)), pa.array(["x" * characters]))
    whole = io.BytesIO()
    indexes = pa.array(np.arange(rows))
    parquet.write_table(
        pa.table({"index": indexes, "prediction": texts}), whole, compression="zstd", store_schema=False
    )
    return whole.getvalue()


def long_page(megabytes: int = 400) -> bytes:
    """A Parquet table with one text of so many megabytes."""
    import pyarrow as pa
    from pyarrow import parquet

    whole = io.BytesIO()
    table = pa.table({"index": ["1"], "prediction": ["x" * megabytes * 1_000_000]})
    parquet.write_table(table, whole, compression="zstd", use_dictionary=False, write_statistics=False)
    return whole.getvalue()


def listed_picture(count: int = 3_000_000) -> bytes:
    """A benchmark whose picture is a list of so many numbers."""
    return b"index\tquestion\timage\n1\tWhat?\t[" + b"1," * count + b"1]\n"


def pictured(picture: bytes) -> bytes:
    """A benchmark of one question with a picture."""
    return b"index\tquestion\timage\n1\tWhat?\t" + base64.b64encode(picture) + b"\n"
