"""Settings worth a click."""

from playground.core.i18n import N_
from playground.core.preset import Preset

ENCODER_DECODER = {"architecture": "encoder_decoder", "width": 32}
TEXT = {"schedule": "cosine", "batch": 32}

PRESETS = {
    "default": Preset(
        N_("Copy: Transformer"),
        N_("Ten letters come back after a gap. Attention looks straight at them, however long ago they came."),
        {},
        "works",
    ),
    "copy_lstm": Preset(
        N_("Copy: LSTM"),
        N_("The same task and the same number of parameters. All letters must pass through the gap in one state."),
        {"model": "lstm"},
    ),
    "copy_gru": Preset(
        N_("Copy: GRU"),
        N_("Two gates instead of three and no separate cell. The gap is as long for it as for the LSTM."),
        {"model": "gru"},
    ),
    "copy_rnn": Preset(
        N_("Copy: vanilla RNN"),
        N_("Without gates the gradient fades on its way back through the gap. The model guesses the letters."),
        {"model": "rnn"},
        "fails",
    ),
    "reverse": Preset(
        N_("Reverse: encoder-decoder"),
        N_("The Transformer of the paper. Its cross-attention draws the diagonal from the last letter to the first."),
        {"data": "reverse", **ENCODER_DECODER, "positions": "sinusoidal"},
        "works",
    ),
    "reverse_bahdanau": Preset(
        N_("Reverse: LSTM with attention"),
        N_("Where attention came from: a recurrent decoder that looks back at every state of the encoder."),
        {"data": "reverse", "length": 10, "model": "lstm", "lr": 5e-3, **ENCODER_DECODER},
        "works",
    ),
    "reverse_state": Preset(
        N_("Reverse: LSTM without attention"),
        N_("The decoder gets one state and nothing else. Compare it with the LSTM that may look back."),
        {"data": "reverse", "length": 10, "model": "lstm", "lr": 5e-3, "attention": False, **ENCODER_DECODER},
    ),
    "text": Preset(
        N_("English text"),
        N_("It writes one character after another: first letters, then words, then what looks like sentences."),
        {**TEXT, "data": "alice", "width": 64, "lr": 5e-3, "warmup": 50, "dropout": 0.1, "decay": 0.1},
        "works",
    ),
    "text_chinese": Preset(
        N_("Chinese text"),
        N_("Characters instead of letters: the vocabulary is large, so the embedding is shared with the output."),
        {**TEXT, "data": "four_books", "width": 32, "tied": True},
        "works",
    ),
    "grokking": Preset(
        N_("Grokking"),
        N_("Modular addition: training answers are soon all right, held-out ones only long after. Weight decay helps."),
        {"data": "modular", "layers": 1, "positions": "learned", "decay": 1.0, "batch": 512, "width": 64},
    ),
    "no_positions": Preset(
        N_("No positions"),
        N_("Reversal needs the order of the letters. Without positions, an encoder sees them in none."),
        {"data": "reverse", **ENCODER_DECODER, "positions": "none"},
        "fails",
    ),
    "mask_off": Preset(
        N_("Mask off"),
        N_("The decoder sees the character that it should predict. The loss falls to nothing, and it cannot write."),
        {"data": "alice", "batch": 32, "causal": False},
        "fails",
    ),
    "no_warmup": Preset(
        N_("Post-norm without warm-up"),
        N_("The layers of the paper at the full learning rate from the first step. Warm-up was invented for this."),
        {"norm": "post", "layers": 6, "width": 32, "warmup": 0, "lr": 1e-2, "clip": 1000.0, "positions": "sinusoidal"},
        "fails",
    ),
    "exploding": Preset(
        N_("Exploding gradients"),
        N_("A vanilla RNN without clipping. Watch the length of the gradient: single steps undo hundreds of others."),
        {"model": "rnn", "gain": 2.5, "clip": 1000.0},
        "fails",
    ),
    "memorising": Preset(
        N_("Memorising a text"),
        N_("A wide model and a high learning rate: bits fall on the training part and soon rise on the held-out part."),
        {"data": "four_books", "width": 64, "tied": True, "window": 32, "lr": 5e-3},
        "fails",
    ),
}
DIVERGING = {"optimiser": "sgd", "lr": 10.0, "clip": 1000.0, "decay": 10.0}
"""Settings with which training soon diverges."""
