"""What the page about diffusion says of classes and of digits."""

from playground.core.i18n import N_
from playground.families.diffusion.config import PRESETS, DiffusionConfig

from .cards import Card
from .lesson import Hint, Paper

TOLD = {"classes": True, **DiffusionConfig.data_defaults["digits"]}
FLOW = {**TOLD, "process": "linear", "objective": "velocity", "sampler": "euler"}
"""Settings of the shipped weights: sampling may be changed without new training."""

GUIDANCE = (
    r"\tilde\varepsilon(x_t, t) = (1-w)\,\varepsilon_\theta(x_t, t) + w\,\varepsilon_\theta(x_t, t, c)\quad"
    r"\Longleftrightarrow\quad \tilde p_t(x \mid c) \propto p_t(x)\,p_t(c \mid x)^{w}",
    N_(
        "Classifier-free guidance asks one network twice, without the class and with it, and goes on in the direction "
        "of the difference. With $w = 1$ samples are those of the class, with more they seek places where no other "
        "class could be meant, and are fewer kinds. (The right side holds at each time; the clouds of different "
        "times do not quite belong together, so it is not exactly what comes out.)"
    ),
)

CARD = Card(
    "guidance",
    N_("Guidance: 0, 1, 3, 8"),
    N_("A network that knows the two moons apart, asked for one of them: not at all, as it is, and overdone."),
    tuple((f"{w}", {"data": "moons", "classes": True, "wanted": "0", "guidance": float(w)}) for w in (0, 1, 3, 8)),
    N_(
        "With 0 the class is left out and both moons come. With 1 samples are those of the moon. More of it flees from "
        "the other moon: the cloud shrinks and leaves the data. With the best field, in place of a network, its width "
        "along the moon falls from 1.1 over 0.8 to 0.5."
    ),
)

HINT = Hint(
    N_("Digits out of noise."),
    N_(
        "A small UNet and pictures of eight by eight pixels: play the trajectory under the stage, then ask for one "
        "digit in the sidebar."
    ),
    dict(PRESETS["digits"].settings),
)

HINTS = (
    Hint(
        N_("When is it a digit?"),
        N_(
            "Play the trajectory, then switch on what the network takes the pictures for: which digit it will be is "
            "decided while there is little to be seen, the strokes come last."
        ),
        TOLD,
    ),
    Hint(
        N_("Ask for one."),
        N_("Choose a wanted class in the sidebar: the same network, no new training."),
        {**TOLD, "wanted": "8"},
    ),
    Hint(
        N_("Overdo it."),
        N_("With guidance the digits become clearer and more alike. Too much of it burns them in."),
        {**TOLD, "wanted": "8", "guidance": 6.0},
    ),
    Hint(
        N_("Straight lines."),
        N_(
            "The same UNet, trained as a rectified flow: pin one run and open the other to see both from the same "
            "noise."
        ),
        {**FLOW, "steps": 20},
    ),
    Hint(
        N_("Has it learned by heart?"),
        N_(
            "Open “Memorised?” in the diagram: each sample beside the training picture nearest to it. In the race "
            "below, a network that really learned by heart can be asked instead."
        ),
    ),
)

CARDS = (
    Card(
        "few",
        N_("Fewer steps, one network"),
        N_("DDIM with 2, 5, 10 and 50 calls of the same network."),
        tuple((f"{n}", {**TOLD, "steps": n}) for n in (2, 5, 10, 50)),
        N_(
            "With few calls the network must leap from noise to picture, and the best single answer is a mean of many "
            "pictures: grey strokes. How quality grows with the calls is measured above."
        ),
    ),
    Card(
        "chance",
        N_("Noise on the way"),
        N_("Ten steps each: DDIM without fresh noise, DDPM, and DDPM with the larger variance."),
        (
            ("DDIM", {**TOLD, "steps": 10}),
            ("DDPM", {**TOLD, "steps": 10, "sampler": "ddpm"}),
            (N_("larger"), {**TOLD, "steps": 10, "sampler": "ddpm_large"}),
        ),
        N_("In steps as large as these the fresh noise cannot be taken away again before the end."),
    ),
    Card(
        "kinds",
        N_("Guidance: 0, 1, 3, 8"),
        N_("The same noise, asked to become a three: not at all, as it is, and overdone."),
        tuple((f"{w}", {**TOLD, "steps": 20, "wanted": "3", "guidance": float(w)}) for w in (0, 1, 3, 8)),
        N_(
            "Guidance takes the difference that the class makes more than once. What all threes share is drawn more "
            "strongly, what makes them differ is lost."
        ),
    ),
    Card(
        "paths",
        N_("The same noise, other paths"),
        N_("Digits by DDPM's network and by a rectified flow, from the same noise, in ten calls."),
        (("DDIM", {**TOLD, "steps": 10}), (N_("rectified flow"), {**FLOW, "steps": 10})),
        N_(
            "Both know where the digits are; they differ in when they ask. Straight paths are followed well in few "
            "steps. In the race above one network runs on both paths."
        ),
    ),
)

PAPERS = (
    Paper(
        "Ho, Salimans 2022",
        "Classifier-Free Diffusion Guidance",
        "https://arxiv.org/abs/2207.12598",
        N_("One network with the class and without, and the difference overdone."),
    ),
    Paper(
        "Heusel et al. 2017",
        "GANs Trained by a Two Time-Scale Update Rule Converge to a Local Nash Equilibrium",
        "https://arxiv.org/abs/1706.08500",
        N_(
            "The FID: a Frechet distance in an Inception network's features. Here "
            "it is taken in those of a small classifier of digits."
        ),
    ),
)
