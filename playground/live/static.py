"""What the browser loads besides the pages: scripts, styles, Plotly, small pictures of the data."""

import gzip
from functools import cache
from pathlib import Path

import numpy as np
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from playground.core.resources import THUMBNAILS, WEB
from playground.core.strict_json import dumps
from playground.data.bits.binary import TRIPLES
from playground.data.images.digits import DIGITS
from playground.data.plane import distributions
from playground.data.streams import catalogue as streams
from playground.data.tokens import catalogue as tokens

from .bundle import FOLDERS, bundle


def routes() -> list[BaseRoute]:
    """All of it under `/live/`."""
    return [
        Route("/live/plotly.min.js", plotly),
        Route("/live/thumbnails.json", thumbnails),
        Route("/live/all.js", lambda request: bundle().answer(request, "js")),
        Route("/live/all.css", lambda request: bundle().answer(request, "css")),
        Mount("/live/thumbnails", StaticFiles(directory=THUMBNAILS)),
        *(Mount(f"/live/{name}", StageFiles(directory=WEB / name)) for name in FOLDERS),
    ]


class StageFiles(StaticFiles):
    """The stage's scripts, each as its part of the bundle, and styles: kept by the browser, but asked after, so that an
    update arrives at once."""

    async def get_response(self, path: str, scope) -> Response:
        part = bundle().part(f"{Path(str(self.directory)).name}/{path}")
        if part is None and not path.endswith(".css"):
            return Response(status_code=404)
        response = (
            await super().get_response(path, scope) if part is None else Response(part, media_type="text/javascript")
        )
        response.headers["cache-control"] = "no-cache"
        return response


@cache
def _plotly() -> bytes:
    import plotly

    return gzip.compress((Path(plotly.__file__).parent / "package_data" / "plotly.min.js").read_bytes(), 6)


def plotly(request: Request) -> Response:
    """Plotly's own script from the installed package."""
    return Response(
        _plotly(),
        media_type="text/javascript",
        headers={"content-encoding": "gzip", "cache-control": "public, max-age=604800"},
    )


@cache
def _thumbnails() -> bytes:
    pictures = {}
    for name, distribution in distributions.DISTRIBUTIONS.items():
        xy = distribution.sample(160, np.random.default_rng(0))
        pictures[name] = np.rint(xy.ravel() * (100 / 3)).astype(int).clip(-100, 100).tolist()
    signs = {DIGITS.name: DIGITS.dots(), TRIPLES.name: TRIPLES.dots()}
    for catalogue in (tokens, streams):
        signs |= {name: catalogue.dots(name) for name in catalogue.TITLES}
    for name, sign in signs.items():
        pictures[name] = np.rint(200 * sign - 100).astype(int).ravel().tolist()
    return dumps(pictures, separators=(",", ":")).encode()


def thumbnails(request: Request) -> Response:
    """A few samples of every distribution, as whole numbers from -100 to 100 across the frame."""
    return Response(_thumbnails(), media_type="application/json", headers={"cache-control": "public, max-age=3600"})
