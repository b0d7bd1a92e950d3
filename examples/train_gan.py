"""Train a GAN on two moons without the app, print its scores beside those of a perfect model, and draw what it learned.

PYTHONPATH=. python examples/train_gan.py --steps 2000 --out moons.html
"""

import argparse

from playground.core.contract import Frame
from playground.core.registry import family
from playground.render.plotly import figure


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--out", default="moons.html", help="the figure, a page that needs no network")
    given = parser.parse_args()

    gan = family("gan")
    config = gan.Config(data="moons", seed=1)
    experiment = gan.load_experiment()(config)
    for _ in range(given.steps):
        losses = experiment.step()
    print(", ".join(f"{name} {value:.3f}" for name, value in losses.items()))
    for name, score in experiment.evaluate().items():
        print(f"{name}: {score.value:.3f} (a perfect model: {score.floor:.3f})")

    scene = gan.scene(Frame(experiment.steps, experiment.snapshot()), config)
    figure(scene).write_html(given.out)
    print(f"-> {given.out}")


if __name__ == "__main__":
    main()
