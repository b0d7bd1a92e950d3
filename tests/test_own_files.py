"""Own data from files: tables of points, pictures whose darkness is the density, and what is refused."""

import io
import zlib

import numpy as np
import pytest
from PIL import Image
from support.points import moons

from playground.core.errors import UserError
from playground.data.plane import point_codec, user_data
from playground.render import image_points


@pytest.mark.parametrize(
    "text",
    [
        "1,2\n3,4\n-5.5,1e2\n",
        "x;y\n1;2\n3;4\n-5.5;1e2",
        "\ufeffx\ty\tz\n1\t2\t9\n3\t4\t9\n-5.5\t1e2\t0",
        '"a" "b"\r\n"1" "2"\r\n3 4\r\n\r\n-5.5 100',
    ],
)
def test_tables(text):
    assert user_data.read_csv(text.encode()).tolist() == [[1, 2], [3, 4], [-5.5, 100]]


@pytest.mark.parametrize(
    "raw, words",
    [
        (b"", "empty"),
        (b"\n \n", "empty"),
        (b"1\n2\n3\n", "only one column"),
        (b"x,y\na,b\nc,d", "Line 2"),
        (b"1,2\nnan,3", "Line 2"),
        (b"1,2\ninf,3", "Line 2"),
        (b"1,2\n3\n", "Line 2"),
        (b"1,2\n1e200,3", "Line 2"),
        (b"\xff\xfe\x00\x81", "not a table"),
        (b"1,2\n" * 600_000, "too large"),
        (b"1,2\n" * 100_001, "too many lines"),
    ],
)
def test_bad_tables_are_one_sentence(raw, words):
    with pytest.raises(UserError, match=words):
        user_data.read_csv(raw)


def test_points_are_fitted_into_the_frame():
    assert user_data.fit_to_frame(moons(50)) == pytest.approx(moons(50))
    far = moons(50) * [300.0, 30.0] + 1e6
    near = user_data.fit_to_frame(far)
    assert np.abs(near).max() == pytest.approx(user_data.FIT_HALF_WIDTH)
    assert np.ptp(near, 0)[0] / np.ptp(near, 0)[1] == pytest.approx(np.ptp(far, 0)[0] / np.ptp(far, 0)[1])
    for points, words in ((np.zeros((30, 2)), "the same"), (np.eye(2), "at least 10")):
        with pytest.raises(UserError, match=words):
            user_data.fit_to_frame(points)


def picture(image: Image.Image, kind: str = "PNG") -> bytes:
    file = io.BytesIO()
    image.save(file, kind)
    return file.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "GIF", "BMP", "WEBP", "JPEG"])
def test_darkness_is_density(kind):
    grey = np.full((60, 120), 255, np.uint8)
    grey[:30, :60], grey[30:, 60:] = 0, 128  # black above left, grey below right
    points = image_points.points_from_image(picture(Image.fromarray(grey), kind))
    assert points.shape == (point_codec.MAX_POINTS, 2) and np.abs(points[:, 0]).max() <= user_data.FIT_HALF_WIDTH
    black, half = (np.mean((np.sign(points) == quarter).all(1)) for quarter in ((-1, 1), (1, -1)))
    assert black == pytest.approx(2 / 3, abs=0.05) and half == pytest.approx(1 / 3, abs=0.05)  # 4.7 standard errors
    light = image_points.points_from_image(picture(Image.fromarray(grey), kind), light=True)
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
        (picture(Image.new("L", (50, 50), 255)), "one colour"),
        (picture(Image.new("L", (50, 50), 0)), "one colour"),
        (picture(Image.new("L", (50, 50), 90))[:60], "cannot be read"),
    ],
)
def test_bad_pictures_are_one_sentence(raw, words):
    with pytest.raises(UserError, match=words):
        image_points.points_from_image(raw)
