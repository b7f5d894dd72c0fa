"""A trained classifier as plain numbers: linear scores of a message's features, as shares that mean what they say.

Numpy only, so that a suggestion costs a millisecond; training is in `training`. Never a pickle: words and numbers.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qiying.capabilities.service_requests.rules.text.features import features_of

Floats = npt.NDArray[np.float32]
FULL = 1.5
"""How fast the second view of a feature is full: it asks whether, the first how much."""


@dataclass(frozen=True)
class Classifier:
    """Labels, the place of each feature, its rarity, and two weights per label: by how much, and by whether."""

    labels: tuple[str, ...]
    places: Mapping[str, int]
    rarity: Floats
    weights: Floats
    bias: Floats

    def shares(self, text: str, words: Sequence[str] | None = None) -> dict[str, float]:
        """Return the calibrated share of each label for a message; they sum to one."""
        scores = self._scores(text, words)
        powers = np.exp(scores - scores.max())
        return dict(zip(self.labels, (powers / powers.sum()).tolist(), strict=True))

    def _scores(self, text: str, words: Sequence[str] | None) -> Floats:
        places = self.places
        known = [(places[f], n) for f, n in features_of(text, words).items() if f in places]
        if not known:
            return self.bias
        at = np.fromiter((a for a, _ in known), dtype=np.int64, count=len(known))
        much = np.log1p(np.fromiter((n for _, n in known), dtype=np.float32, count=len(known)))
        size = len(self.labels)
        weights = self.weights[at]
        first = much * self.rarity[at]
        length = float(np.sqrt(first @ first)) or 1.0
        whether = np.minimum(1.0, FULL * much)
        found = first @ weights[:, :size] / length + whether @ weights[:, size:] + self.bias
        return np.asarray(found, dtype=np.float32)

    def pack(self) -> bytes:
        """Return the classifier as a compressed archive of arrays."""
        out = io.BytesIO()
        np.savez_compressed(
            out,
            labels=_letters("\n".join(self.labels)),
            places=_letters("\n".join(self.places)),
            rarity=self.rarity.astype(np.float16),
            weights=self.weights.astype(np.float16),
            bias=self.bias,
        )
        return out.getvalue()


def unpack(data: bytes) -> Classifier:
    """Return the classifier of an archive; raise `ValueError` when it is none."""
    with np.load(io.BytesIO(data), allow_pickle=False) as kept:
        labels, places = (bytes(kept[k]).decode().split("\n") for k in ("labels", "places"))
        return Classifier(
            tuple(labels),
            {f: i for i, f in enumerate(places)},
            kept["rarity"].astype(np.float32),
            kept["weights"].astype(np.float32),
            kept["bias"].astype(np.float32),
        )


def _letters(text: str) -> npt.NDArray[np.uint8]:
    return np.frombuffer(text.encode(), dtype=np.uint8)
