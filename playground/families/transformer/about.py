"""What this family says about itself: see `playground.core.about`."""

from playground.core.about import About, Leaf
from playground.core.i18n import N_

ABOUT = About(
    title=N_("Transformers and recurrent networks"),
    short=N_("Transformer"),
    config="TransformerConfig",
    experiment="TransformerExperiment",
    curves=("accuracy", "rate", "nats", "bits", "train_nats", "train_bits", "train_accuracy", "exact_match"),
    idea=N_(
        "A Transformer looks back at every token, an RNN at a state of fixed size. Train both on the same task and "
        "see how far back each can reach."
    ),
    leaf=Leaf(
        "likelihood",
        2,
        how=N_("One token after another, each given all tokens before it."),
        sampling=N_("a call for each token"),
        density=N_("exact"),
        code=N_("none"),
    ),
    recording="copy",
)
