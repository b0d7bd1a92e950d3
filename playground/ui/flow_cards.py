"""Hints and experiments of the lesson on flows; `bench/figures.py` measures their figures."""

from playground.core.i18n import N_
from playground.families.normalizing_flow.config import IMAGE_SETTINGS

from .cards import Card
from .lesson import Hint

HINTS = (
    Hint(
        N_("Handwritten digits."),
        N_(
            "A masked autoregressive flow learns small images in seconds: watch grey noise become digits "
            "along the trajectory. After a while the validation curve rises again, which shows overfitting; "
            "the best weights are kept."
        ),
        {"data": "digits", "flow": "maf", **IMAGE_SETTINGS["maf"]},
    ),
    Hint(
        N_("Through the layers."),
        N_(
            "Play the trajectory under the stage: the same layers fold noise into data and unfold data into "
            "noise. Switch on the warped grid: it bends, but never tears or overlaps."
        ),
        {},
    ),
    Hint(
        N_("Change of variables, step by step."),
        N_(
            "Along the trajectory log p(z₀) stays the same and the sum of log|det J| changes; their "
            "difference is the exact log density so far. Where the layers squeeze space, the density rises."
        ),
    ),
    Hint(
        N_("The entropy is the lower bound."),
        N_(
            "The negative log likelihood falls towards the entropy of the data (the thin line). The remaining gap is "
            "the Kullback–Leibler divergence between the data and the model, in nats. Only the mean over all data "
            "cannot fall below the line: the loss of a batch is a mean over a few points, and of a good flow many "
            "batches lie below it."
        ),
    ),
    Hint(
        N_("Sharp edges need splines."),
        N_(
            "A checkerboard has straight edges and corners. Eight affine couplings blur them: their gap is "
            "{figure:flows.edges.affine} nats, that of four spline couplings {figure:flows.edges.splines}."
        ),
        {"data": "checkerboard", "flow": "nsf", "layers": 4},
    ),
    Hint(
        N_("A flow without layers."),
        N_("A continuous flow moves the noise along a velocity field. Its trajectory is a path in time."),
        {"data": "8gaussians", "flow": "ffjord", "lr": 3e-3},
    ),
)

CARDS = (
    Card(
        "bridge",
        N_("A flow cannot tear: the thin bridge"),
        N_(
            "The noise is one connected piece, the moons are two. In the background between them a bridge of "
            "density remains, thinner with more layers. The curve of samples outside the highest-density "
            "region measures it; of the data themselves 1 percent lies outside."
        ),
        (
            (N_("2 layers"), {"data": "moons", "layers": 2}),
            (N_("4 layers"), {"data": "moons", "layers": 4}),
            (N_("8 layers"), {"data": "moons", "layers": 8}),
            (N_("16 layers"), {"data": "moons", "layers": 16}),
        ),
        N_(
            "Every layer and its inverse are continuous, so a connected set stays connected: training cannot "
            "change the topology (Cornish et al. 2020). The flow can only make the bridge thin, which needs "
            "a steep map, and a deeper chain can be steeper. Measured after 2,500 steps: {figure:flows.bridge.2}, "
            "{figure:flows.bridge.4}, {figure:flows.bridge.8} and {figure:flows.bridge.16} percent of the samples lie "
            "outside the region with 2, 4, 8 and 16 layers. Sixteen layers are no clear gain over eight."
        ),
    ),
    Card(
        "volume",
        N_("NICE preserves volume"),
        N_(
            "The same data and number of layers. In NICE without scaling the density takes the values of the "
            "noise density, only in other places: it can never exceed the maximum of the noise density. In "
            "RealNVP it can."
        ),
        (
            (N_("NICE without scaling"), {"data": "moons", "flow": "nice", "scaling": False}),
            (N_("with scaling"), {"data": "moons", "flow": "nice"}),
            ("RealNVP", {"data": "moons", "flow": "realnvp"}),
        ),
        N_(
            "With $\\log|\\det J| = 0$ each point keeps its density: $p(x) = p(z_0) \\le \\frac{1}{2\\pi} \\approx "
            "0.16$, but the moons reach {figure:flows.volume.highest}. The diagonal scaling raises this bound by one "
            "factor for the whole plane; an affine coupling stretches each place differently. Measured gaps after "
            "2,500 steps: {figure:flows.volume.plain}, {figure:flows.volume.scaled} and {figure:flows.volume.realnvp} "
            "nats."
        ),
    ),
    Card(
        "masks",
        N_("Masks must alternate"),
        N_(
            "Without alternation all layers transform the same coordinate. The other one stays Gaussian, "
            "whatever the data: watch the dots stay on their lines along the trajectory."
        ),
        ((N_("No alternation"), {"data": "moons", "alternate": False}), (N_("Alternating"), {"data": "moons"})),
        N_(
            "A chain of couplings with one mask is one coupling: $x_a = z_a$ throughout. The marginal "
            "density of $x_a$ stays Gaussian; only alternation lets each coordinate depend on the other. "
            "Measured gaps after 2,500 steps: {figure:flows.masks.stuck} nats without alternation, "
            "{figure:flows.volume.realnvp} with."
        ),
    ),
    Card(
        "mixing",
        N_("The effect of a 1×1 convolution"),
        N_(
            "Glow with four layers on slanted arms: with learned mixing, with a fixed rotation by 90 "
            "degrees, and with none. Compare the gaps after equal numbers of steps (pin a run to see two at "
            "once)."
        ),
        (
            (N_("learned"), {"data": "pinwheel", "flow": "glow", "layers": 4}),
            (N_("fixed"), {"data": "pinwheel", "flow": "glow", "layers": 4, "permutation": "fixed"}),
            (N_("none"), {"data": "pinwheel", "flow": "glow", "layers": 4, "permutation": "none"}),
        ),
        N_(
            "A coupling moves points along one axis only, so the axes must be mixed between couplings. On "
            "the plane there are only two, and a fixed rotation by 90 degrees works as well as a learned "
            "matrix: measured gaps after 2,500 steps are {figure:flows.mixing.conv1x1} nats learned, "
            "{figure:flows.mixing.fixed} fixed, {figure:flows.mixing.none} with none. "
            "Learned mixing helps with many channels, of which a fixed exchange allows few combinations."
        ),
    ),
    Card(
        "remedies",
        N_("Remedies: splines, or noise"),
        N_(
            "Between narrow modes every bridge costs likelihood. Splines are steep enough to make the "
            "bridges almost vanish. Or add noise to the data, which widens the modes, and reduce it slowly "
            "during training."
        ),
        (
            (N_("affine"), {"data": "8gaussians", "layers": 4}),
            (N_("splines"), {"data": "8gaussians", "flow": "nsf", "layers": 4}),
            (N_("narrow"), {"data": "8narrow"}),
            (N_("narrow, with noise"), {"data": "8narrow", "noise": 0.2}),
        ),
        N_(
            "A rational-quadratic spline can be nearly flat at the bridge and steep beside it, within one layer: "
            "measured after 2,500 steps with four layers, the gap is {figure:flows.remedies.affine} nats with affine "
            "couplings and {figure:flows.remedies.splines} with splines. With noise the flow learns the blurred "
            "density, and the gap includes the blur until the noise is 0 again: reduced from 0.2 to 0 over 3,500 "
            "steps, it led to a gap of {figure:flows.remedies.noisy} nats on the narrow modes, compared with "
            "{figure:flows.remedies.narrow} without noise: a gain that nine seeds agree on."
        ),
    ),
)
