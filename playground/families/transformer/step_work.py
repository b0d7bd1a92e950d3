"""What one training step of these settings takes. No torch: the server reads it before anything runs."""

from playground.training.products import attention, learning

from .config import TransformerConfig, effective_architecture, effective_width, is_attentive
from .sizes import GATES


def step_work(config: TransformerConfig) -> float:
    """Multiply-adds of one step."""
    n, width, task = config.batch, effective_width(config), config.task
    output = learning(n * task.answer_length, [width, len(task.vocabulary)])
    source, length = _lengths(config)
    if config.model != "transformer":
        return output + _recurrent(config, n, width, source, length)
    encoder = _block(config, n, source) if source else 0.0
    return output + config.layers * (encoder + _block(config, n, length) + (_cross(config, n, source, length)))


def step_numbers(config: TransformerConfig) -> float:
    """About how many numbers a step holds at a time."""
    n, width, task = config.batch, effective_width(config), config.task
    source, length = _lengths(config)
    tokens = n * (source + length)
    said = 5 * n * task.answer_length * len(task.vocabulary)
    dropped = (3 * config.layers + 2) * n * max(source, length) * width if config.dropout else 0
    if config.model != "transformer":
        keys = 3 * n * length * source * width if is_attentive(config) else 0
        return said + dropped + tokens * config.layers * (3 * GATES[config.model] + 4) * width + keys
    crossed = 8 * n * length * width * (source > 0)
    weights = 2 * n * config.heads * length * length * (config.positions == "alibi")
    block = tokens * (16 + 3 * config.ratio) * width
    return said + 2 * dropped + config.layers * (block + crossed + weights) + 6 * tokens * width


def step_operations(config: TransformerConfig) -> float:
    """About how many operations on tensors a step consists of."""
    source, length = _lengths(config)
    if config.model == "transformer":
        return 150 + config.layers * (110 + 160 * (source > 0))
    one = {"rnn": 7, "gru": 22, "lstm": 26}[config.model]
    if is_attentive(config):
        return 150 + config.layers * source * one + length * (60 + 3 * config.layers * one)
    return 150 + config.layers * (source + length) * one


def _lengths(config: TransformerConfig) -> tuple[int, int]:
    """How many tokens the encoder reads (0: there is none), and how many the decoder."""
    task = config.task
    if effective_architecture(config) == "encoder_decoder":
        return task.source_length, task.answer_length
    return 0, task.source_length + task.answer_length


def _block(config: TransformerConfig, n: int, length: int) -> float:
    w, rows = config.width, n * length
    layers = learning(rows, [w, 3 * w]) + learning(rows, [w, w]) + learning(rows, [w, config.ratio * w, w])
    return layers + attention(n, length, length, w)


def _cross(config: TransformerConfig, n: int, source: int, length: int) -> float:
    """The second attention of a decoder, which reads what the encoder has made of the source."""
    if not source:
        return 0.0
    w = config.width
    layers = learning(n * length, [w, w]) + learning(n * source, [w, 2 * w]) + learning(n * length, [w, w])
    return layers + attention(n, length, source, w)


def _recurrent(config: TransformerConfig, n: int, width: int, source: int, length: int) -> float:
    layer = GATES[config.model] * 2 * width * width  # inputs and state, of one token
    work = 3 * n * (source + length) * config.layers * layer
    if is_attentive(config):
        further = GATES[config.model] * width * width + width * width + width + source * 2 * width
        work += 3 * n * length * further + 3 * n * source * width * width
    return work
