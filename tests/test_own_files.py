"""Own data from pictures: where there is ink there are points; and what is refused."""

import io
import zlib

import numpy as np
import pytest
from PIL import Image

from playground.core.errors import UserError
from playground.data.plane import point_codec
from playground.data.plane.user_data import FIT_HALF_WIDTH
from playground.render import image_points


def picture(image: Image.Image, kind: str = "PNG") -> bytes:
    file = io.BytesIO()
    image.save(file, kind)
    return file.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "GIF", "BMP", "WEBP", "JPEG"])
def test_darkness_is_density(kind):
    grey = np.full((60, 120), 255, np.uint8)
    grey[:30, :60], grey[30:, 60:] = 0, 128  # black above left, grey below right
    points = image_points.points_from_image(picture(Image.fromarray(grey), kind))
    assert points.shape == (point_codec.MAX_POINTS, 2) and np.abs(points[:, 0]).max() <= FIT_HALF_WIDTH
    black, half = (np.mean((np.sign(points) == quarter).all(1)) for quarter in ((-1, 1), (1, -1)))
    assert black == pytest.approx(2 / 3, abs=0.05) and half == pytest.approx(1 / 3, abs=0.05)  # 4.7 standard errors
    light = image_points.points_from_image(picture(Image.fromarray(grey), kind), "light")
    assert np.mean((np.sign(light) == (-1, 1)).all(1)) < 0.02


def test_what_is_clear_is_white():
    image = Image.new("RGBA", (40, 40), (0, 0, 0, 0))
    image.paste((0, 0, 0, 255), (0, 0, 20, 40))
    assert image_points.points_from_image(picture(image))[:, 0].max() <= 0.1


def bomb(side: int) -> bytes:
    """A PNG of `side` x `side` white pixels in a few kB."""
    import struct

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    packer = zlib.compressobj(9)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0))
        + chunk(b"IDAT", packer.compress(bytes(1000)) + packer.flush())
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    "raw, words",
    [
        (b"", "cannot be read"),
        (b"GIF89a", "cannot be read"),
        (b"<svg/>", "cannot be read"),
        (bomb(5000), "million"),
        (bomb(60_000), "million|cannot be read"),
        (bomb(100), "cannot be read"),
        (bytes(image_points.MAX_BYTES + 1), "too large"),
        (picture(Image.new("L", (50, 50), 255)), "only one colour"),
        (picture(Image.new("L", (50, 50), 0)), "only one colour"),
        (picture(Image.new("L", (50, 50), 90))[:60], "cannot be read"),
    ],
)
def test_bad_pictures_are_one_sentence(raw, words):
    with pytest.raises(UserError, match=words):
        image_points.points_from_image(raw)


def drawing(ground=255, ink=0, size=(90, 120)) -> np.ndarray:
    """An L, its long stroke on the left, its foot below."""
    grey = np.full((size[1], size[0]), ground, np.uint8)
    grey[15:100, 15:30], grey[85:100, 15:75] = ink, ink
    return grey


def in_the_l(points: np.ndarray) -> float:
    """The share of points that lie in the strokes of the L."""
    scale = 120 / (2 * FIT_HALF_WIDTH)
    column, row = points[:, 0] * scale + 45, 60 - points[:, 1] * scale
    stroke = (column >= 15) & (column <= 30) & (row >= 15) & (row <= 100)
    foot = (column >= 15) & (column <= 75) & (row >= 85) & (row <= 100)
    return float(np.mean(stroke | foot))


def on_clear(ink: int) -> Image.Image:
    """The L in one colour on nothing."""
    alpha = 255 - drawing()
    return Image.merge("LA", (Image.fromarray(np.full_like(alpha, ink)), Image.fromarray(alpha)))


def turned(orientation: int, by: Image.Transpose) -> bytes:
    """The L as a phone stores it: turned, with a tag that says so."""
    image = Image.fromarray(drawing()).transpose(by)
    exif = image.getexif()
    exif[274] = orientation
    file = io.BytesIO()
    image.save(file, "JPEG", exif=exif, quality=95)
    return file.getvalue()


def on_grey_paper() -> Image.Image:
    """Thin dark lines on a sheet that is light in one corner and grey in the other, with grain."""
    y, x = np.mgrid[:600, :450] / 600
    lines = np.asarray(Image.fromarray(drawing(0, 255)).resize((450, 600)), float) / 255
    inner = np.asarray(Image.fromarray(drawing(0, 255)).resize((450, 600)).reduce(1), float) / 255
    grain = np.random.default_rng(0).normal(0, 4, lines.shape)
    return Image.fromarray(np.clip(210 - 60 * (x + y) - 130 * lines * inner + grain, 0, 255).astype(np.uint8))


@pytest.mark.parametrize(
    "raw",
    [
        picture(Image.fromarray(drawing())),
        picture(Image.fromarray(drawing(20, 235))),
        picture(on_clear(0)),
        picture(on_clear(255)),
        picture(Image.fromarray(drawing()).convert("1")),
        picture(Image.fromarray(drawing()).convert("P")),
        picture(Image.fromarray(drawing()).convert("CMYK"), "JPEG"),
        picture(Image.fromarray(drawing().astype(np.uint16) * 257)),
        turned(3, Image.Transpose.ROTATE_180),
        turned(6, Image.Transpose.ROTATE_90),
        turned(8, Image.Transpose.ROTATE_270),
        picture(on_grey_paper(), "JPEG"),
    ],
    ids=["black", "dark mode", "clear, black", "clear, white", "bilevel", "palette", "cmyk", "16 bits", "exif 3"]
    + ["exif 6", "exif 8", "photograph"],
)
def test_the_drawing_is_found_and_not_its_ground(raw):
    assert in_the_l(image_points.points_from_image(raw)) > 0.95


def test_sixteen_bits_are_scaled_and_a_large_photograph_is_read():
    ramp = np.linspace(0, 255, 400).astype(np.uint8)[None].repeat(100, 0)
    deep = image_points.points_from_image(picture(Image.fromarray(ramp.astype(np.uint16) * 257)))
    assert np.abs(deep - image_points.points_from_image(picture(Image.fromarray(ramp)))).max() < 0.05
    large = picture(Image.fromarray(drawing()).resize((4500, 6000)), "JPEG")  # 27 million pixels
    assert in_the_l(image_points.points_from_image(large)) > 0.95


def test_what_counts_as_ink_can_be_said():
    raw = picture(Image.fromarray(drawing(20, 235)))
    assert (
        in_the_l(image_points.points_from_image(raw, "dark"))
        < 0.1
        < in_the_l(image_points.points_from_image(raw, "light"))
    )
