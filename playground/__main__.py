"""The command line: python -m playground list | train | sample | sweep | arena | pipeline | bench | serve."""

import argparse
import os
import sys
from pathlib import Path

from playground.core.errors import UserError
from playground.core.registry import FAMILIES


def main(arguments: list[str] | None = None) -> int:
    """Run one command; wrong input is one sentence on stderr and exit code 2."""
    given = _parser().parse_args(arguments)
    try:
        return given.run(given) or 0
    except UserError as refusal:
        print(f"playground: {refusal}", file=sys.stderr)
        return 2


class OneSentence(argparse.ArgumentParser):
    """argparse without the usage text before its complaint."""

    def error(self, message: str):
        self.exit(2, f"playground: {message}\n")


def _parser() -> argparse.ArgumentParser:
    parser = OneSentence(prog="python -m playground", description="A playground of generative models.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=OneSentence)

    listing = commands.add_parser("list", help="families, their data and settings")
    listing.add_argument("family", nargs="?", help="show this family's settings")
    listing.set_defaults(run=_list)

    training = commands.add_parser("train", help="train a model and print its quality")
    training.add_argument("family", help=", ".join(FAMILIES))
    training.add_argument(
        "--data",
        help="the distribution to learn (short for --set data=...), or own:FILE: points "
        "(CSV) or a picture; npz:FILE or mnist:FOLDER: a table of bits",
    )
    training.add_argument("--steps", type=int, default=4000, help="train up to this step (default 4000)")
    training.add_argument("--seed", type=int, help="where all randomness starts")
    training.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="any setting of the family")
    training.add_argument("--preset", help="begin with a named group of settings")
    training.add_argument("--out", type=Path, help="keep the run in this folder")
    training.add_argument("--weights", type=Path, help="write the trained weights to this .safetensors file")
    training.add_argument("--frames", type=int, help="how many pictures of the training go with the weights (36)")
    training.add_argument("--resume", type=Path, help="go on with the run in this folder")
    training.add_argument("--json", action="store_true", help="no progress bar; the last line is a JSON object")
    training.set_defaults(run=_train)

    sampling = commands.add_parser("sample", help="draw samples from trained weights")
    sampling.add_argument("weights", type=Path, help="a .safetensors file or the folder of a run")
    sampling.add_argument("-n", type=int, default=1000, help="how many (default 1000)")
    sampling.add_argument("--seed", type=int, default=0)
    sampling.add_argument("--out", type=Path, required=True, help="x.npz, x.csv or x.png")
    sampling.set_defaults(run=_sample)

    sweeping = commands.add_parser("sweep", help="train every combination of some settings into a table")
    sweeping.add_argument("family", help=", ".join(FAMILIES))
    sweeping.add_argument(
        "--grid",
        action="append",
        default=[],
        metavar="KEY=V1,V2,...",
        help="a setting and its values; several span a grid",
    )
    sweeping.add_argument("--seeds", type=int, help="every combination with so many seeds, from 0 on")
    sweeping.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="any other setting")
    sweeping.add_argument("--steps", type=int, help="steps of each cell (default 2000)")
    sweeping.add_argument("--seconds", type=float, help="train each cell at most so long")
    sweeping.add_argument(
        "--out", type=Path, required=True, help="the table, a .csv file; one that is there already is gone on with"
    )
    sweeping.add_argument("--workers", type=int, help="how many train at a time (default: one for each core)")
    sweeping.add_argument("--engine", help="where: loky (processes, the default), inline, dask://host:8786")
    sweeping.add_argument("--json", action="store_true", help="no progress bar; the last line is a JSON object")
    sweeping.set_defaults(run=_sweep)

    pipeline = commands.add_parser("pipeline", help="pictures of a pretrained diffusers pipeline, under any sampler")
    pipeline.add_argument("path", help="a folder as save_pretrained writes it, or an id of the Hugging Face Hub")
    pipeline.add_argument(
        "--sampler",
        default="ddim",
        help="ddim (the default), ddpm, ddpm_large, dpm_solver, heun_sigma, diffusers_ddim, diffusers_ddpm, ...",
    )
    pipeline.add_argument("--steps", type=int, default=50, help="steps of the sampler (default 50)")
    pipeline.add_argument("--eta", type=float, default=0.0, help="fresh noise of DDIM, 0 to 1 (default 0)")
    pipeline.add_argument("--seed", type=int, default=0)
    pipeline.add_argument("-n", type=int, default=9, help="how many pictures (default 9)")
    pipeline.add_argument("--out", type=Path, required=True, help="grid.png (and grid-way.png), or x.npz")
    pipeline.add_argument("--json", action="store_true", help="what it took, as a JSON object")
    pipeline.set_defaults(run=_pipeline)

    arena = commands.add_parser("arena", help="train every family on the same data under the same budget, and compare")
    arena.add_argument("--data", help="the distribution (default 8gaussians), or own:FILE: points (CSV) or a picture")
    arena.add_argument("--own", help="the points of --data own, as a link has them")
    arena.add_argument("--seconds", type=float, help="computing time of each contestant (default 10)")
    arena.add_argument("--steps", type=int, help="steps of each contestant instead")
    arena.add_argument("--contestants", help="names with commas between them (default: all there are)")
    arena.add_argument("--seed", type=int, help="where all randomness starts")
    arena.add_argument("--out", type=Path, help="the scorecard, a .csv file; one that is there already is gone on with")
    arena.add_argument("--workers", type=int, help="how many train at a time (default: one for each core)")
    arena.add_argument("--engine", help="where: loky (processes, the default), inline, dask://host:8786")
    arena.add_argument("--json", action="store_true", help="no progress bar; the last line is a JSON object")
    arena.set_defaults(run=_arena)

    benching = commands.add_parser("bench", help="measure what the project promises")
    benching.add_argument("names", nargs="*", help="which benchmarks (default: all)")
    benching.add_argument("--json", action="store_true", help="the last line is a JSON object")
    benching.set_defaults(run=_bench)

    serving = commands.add_parser("serve", help="start the app")
    serving.add_argument("--port", type=int, default=8501)
    serving.add_argument("--address", default="localhost")
    serving.set_defaults(run=_serve)
    return parser


def _list(given: argparse.Namespace) -> None:
    from playground.commands.listing import listing

    print(listing(given.family))


def _train(given: argparse.Namespace) -> int:
    from playground.commands.training import command

    return command(given)


def _sample(given: argparse.Namespace) -> None:
    from playground.commands.sampling import command

    command(given.weights, given.n, given.seed, given.out)


def _sweep(given: argparse.Namespace) -> int:
    from playground.commands.sweeping import command

    return command(given)


def _pipeline(given: argparse.Namespace) -> None:
    from playground.commands.pipeline import command

    command(given)


def _arena(given: argparse.Namespace) -> int:
    from playground.commands.contesting import command

    return command(given)


def _bench(given: argparse.Namespace) -> int:
    from playground.commands.benching import command

    return command(given.names, given.json)


def _serve(given: argparse.Namespace) -> None:
    app = Path(__file__).parents[1] / "app.py"
    os.execv(
        sys.executable,
        [
            sys.executable,
            "-m",
            "streamlit",
            "run",
            str(app),
            "--server.port",
            str(given.port),
            "--server.address",
            given.address,
        ],
    )


if __name__ == "__main__":
    sys.exit(main())
