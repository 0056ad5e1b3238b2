"""The network of voices against the equations of an LSTM, written out; no model is needed."""

import numpy as np

from rightsd.adapters.likenesses import voices
from rightsd.adapters.likenesses.voices import BATCH, DIMENSIONS, LAYERS, MELS, SHAPES, WINDOW


def written_out(weights: dict, mels: np.ndarray) -> np.ndarray:
    """Hochreiter and Schmidhuber (1997) as PyTorch's LSTM orders it: i, f, g, o. One window."""
    values = mels.astype(float)
    for layer in range(LAYERS):
        named = {
            name: weights[f"lstm.{name}_l{layer}"].astype(float)
            for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        }
        hidden, cell, out = np.zeros(DIMENSIONS), np.zeros(DIMENSIONS), []
        for value in values:
            gates = named["weight_ih"] @ value + named["bias_ih"]
            gates += named["weight_hh"] @ hidden + named["bias_hh"]
            i, f, g, o = gates.reshape(4, DIMENSIONS)
            i, f, o = (1 / (1 + np.exp(-gate)) for gate in (i, f, o))
            cell = f * cell + i * np.tanh(g)
            hidden = o * np.tanh(cell)
            out.append(hidden)
        values = np.array(out)
    raw = np.maximum(0, weights["linear.weight"] @ values[-1] + weights["linear.bias"])
    return raw / np.linalg.norm(raw)


def test_the_network_is_what_the_equations_say() -> None:
    chance = np.random.default_rng(1)
    weights = {
        name: (chance.standard_normal(shape) * 0.08).astype(np.float32)
        for name, shape in SHAPES.items()
    }
    mels = chance.random((BATCH, WINDOW, MELS)).astype(np.float32)

    points = voices._forward(weights, mels)

    for row in (0, BATCH - 1):
        assert np.abs(points[row] - written_out(weights, mels[row])).max() < 1e-5


def test_mel_filters_cover_the_band_evenly() -> None:
    filters = voices._filters()

    peaks = filters.argmax(1)
    assert filters.shape == (MELS, voices.WIDTH // 2 + 1)
    assert (np.diff(peaks) >= 0).all()
    assert filters.min() == 0
    # Slaney's have equal area, in hertz.
    areas = filters.sum(1) * 16_000 / voices.WIDTH
    assert np.abs(areas - 1).max() < 0.35
