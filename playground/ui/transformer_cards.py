"""Hints, experiments and failures that the lesson on models of sequences proposes, each a card that starts a run."""

from playground.core.i18n import N_
from playground.families.transformer.presets import PRESETS

from .cards import Card
from .lesson import Hint

HINTS = (
    Hint(
        N_("A look back instead of a memory."),
        N_(
            "Ten letters, a gap, the same letters. Watch the diagonal grow: each answer learns to look at its letter. "
            "Point at a token to see what it reads."
        ),
        {"data": "copy"},
    ),
    Hint(
        N_("The same task, one state."),
        N_(
            "An LSTM with as many parameters must carry all letters through the gap. The picture has its gradients "
            "where attention was: what does each answer depend on?"
        ),
        {"data": "copy", "model": "lstm"},
    ),
    Hint(
        N_("The Transformer of the paper."),
        N_(
            "The encoder reads the word, the decoder writes it backwards. In “Across 1” and “Across 2” each head has a "
            "diagonal from the last letter to the first."
        ),
        PRESETS["reverse"].settings,
    ),
    Hint(
        N_("Letters, words, sentences."),
        N_(
            "It writes Alice, character by character; play the line under the stage. Bits per character have a line to "
            "beat: a 5-gram that knows the same text."
        ),
        PRESETS["text"].settings,
    ),
    Hint(
        N_("Where attention came from."),
        N_(
            "A recurrent decoder that looks back at every state of the encoder. Switch additive attention off: one "
            "state must hold the whole word."
        ),
        PRESETS["reverse_bahdanau"].settings,
    ),
    Hint(
        N_("Understanding, long after memorising."),
        N_(
            "Sums modulo a number: the training answers are soon all right, held-out ones only much later. Let it run "
            "for thousands of steps."
        ),
        PRESETS["grokking"].settings,
    ),
)

FAILURES = {
    "leak": "mask_off",
    "positions": "no_positions",
    "warmup": "no_warmup",
    "exploding": "exploding",
    "memorising": "memorising",
}
"""Finding of the diagnosis -> the preset that shows it."""

CARDS = (
    Card(
        "race",
        N_("The race"),
        N_(
            "Four models with the same number of parameters, the same task, the same seed. Which of them finds the way "
            "back through the gap, and after how many steps? In the tab “Sweep” all four train side by side."
        ),
        (
            ("Transformer", {}),
            ("LSTM", {"model": "lstm"}),
            ("GRU", {"model": "gru"}),
            ("RNN", {"model": "rnn"}),
        ),
        N_(
            "From an answer back to its letter it is one step for attention, and as many steps as there are tokens "
            "between them for a recurrent network. At every one of these steps the gradient is multiplied by a matrix "
            "(Bengio et al. 1994); gates keep it from fading, but the state still has to hold all letters at once."
        ),
    ),
    Card(
        "gap",
        N_("How long a gap"),
        N_(
            "Ten tokens between the letters and their copy, thirty, a hundred. For attention the way is as long as "
            "before: compare how many steps each takes."
        ),
        (
            (N_("Transformer, gap 10"), {"gap": 10}),
            (N_("Transformer, gap 100"), {"gap": 100}),
            (N_("LSTM, gap 10"), {"gap": 10, "model": "lstm"}),
        ),
        N_(
            "The task is that of Arjovsky et al. 2016, with the dashed line for a model that ignores the letters. "
            "Attention compares contents and positions at any distance, at a price: the number of comparisons grows "
            "with the square of the length."
        ),
    ),
    Card(
        "positions",
        N_("How it knows where a token stands"),
        N_(
            "Four ways to tell positions apart. Reversal needs them: which are quick to learn, and what do they look "
            "like in the node “Positions”?"
        ),
        (
            (N_("sinusoidal"), {**PRESETS["reverse"].settings}),
            (N_("learned"), {**PRESETS["reverse"].settings, "positions": "learned"}),
            (N_("rotary"), {**PRESETS["reverse"].settings, "positions": "rotary"}),
            ("ALiBi", {**PRESETS["reverse"].settings, "positions": "alibi"}),
        ),
        N_(
            "Sinusoidal and learned positions are added to the vectors, so that cross-attention has them, too. Rotary "
            "positions and ALiBi act within attention to one's own sequence; across, from decoder to encoder, there is "
            "no distance, and the order of the source has to be found from what its tokens have read of each other."
        ),
    ),
    Card(
        "heads",
        N_("One head or many"),
        N_(
            "The same width in one head, or divided among eight. Click “Attention 1” in the diagram: do the heads "
            "do different things?"
        ),
        (
            (N_("1 head"), {"heads": 1}),
            (N_("4 heads"), {}),
            (N_("8 heads"), {"heads": 8}),
        ),
        N_(
            "A head has one set of weights for each token: it can look at one thing at a time. Several heads look at "
            "several, each in fewer dimensions, at the same cost (Vaswani et al. 2017, section 3.2.2)."
        ),
    ),
)
