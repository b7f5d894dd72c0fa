"""Training the classifier of a district at night: three linear views of the same features, joined and calibrated.

The views: TF-IDF, TF-IDF scaled by how much a feature speaks for a label (NB-SVM, Wang and Manning 2012), and
whether a feature stands there at all, scaled likewise. What each view says of messages it has not seen (three folds)
teaches a multinomial regression how far to trust it; one temperature makes the shares true.
"""

from __future__ import annotations

import math
import warnings
from array import array
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import LinearSVC

from qiying.capabilities.service_requests.rules.text.classifier import FULL, Classifier
from qiying.capabilities.service_requests.rules.text.features import features_of

LEAST_CASES, LEAST_OF_LABEL, MOST_LABELS = 300, 5, 60
MOST_FEATURES, FOLDS, SEED = 150_000, 3, 7
TRUST = 90
"""Inverse strength, for each message, of the rule that keeps the trust in each view small (by cross-validation)."""
TEMPERATURES = np.exp(np.linspace(math.log(0.2), math.log(2.0), 40))
Matrix: TypeAlias = Any  # scipy has no types
Numbers = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]
Message = tuple[str, Sequence[str] | None]
"""A text, and its words where they are known already."""


def is_enough(labels: Sequence[str]) -> bool:
    """Return whether there is enough to learn from: a few hundred messages, two labels that came often enough."""
    return len(labels) >= LEAST_CASES and sum(n >= LEAST_OF_LABEL for n in Counter(labels).values()) > 1


def train(messages: Sequence[Message], labels: Sequence[str]) -> Classifier:
    """Return a classifier of messages; labels met fewer than five times are not learnt.

    5,000 messages take about 20 s of one processor and 400 MB.
    """
    names = sorted(label for label, n in Counter(labels).most_common(MOST_LABELS) if n >= LEAST_OF_LABEL)
    kept = [(m, names.index(label)) for m, label in zip(messages, labels, strict=True) if label in names]
    y = np.array([label for _, label in kept])
    places = _places([m for m, _ in kept])
    views = _Views([m for m, _ in kept], places)
    unseen = np.zeros((len(y), 3 * len(names)))
    for learn, look in StratifiedKFold(FOLDS, shuffle=True, random_state=SEED).split(np.zeros(len(y)), y):
        unseen[look] = views.scores(views.fit(y, len(names), learn), look)
    spread = unseen.reshape(len(y), 3, -1).std(axis=(0, 2)).repeat(len(names))
    judge = LogisticRegression(C=TRUST / len(y), max_iter=1000).fit(unseen / spread, y)
    trust, bias = _both_sides(judge.coef_, judge.intercept_)
    heat = _temperature((unseen / spread) @ trust.T + bias, y)
    trust, bias = trust / spread / heat, bias / heat
    weights, offsets = views.fit(y, len(names), np.arange(len(y)))
    joined = [weights[v] @ trust[:, v * len(names) : (v + 1) * len(names)].T for v in range(3)]
    return Classifier(
        tuple(names),
        places,
        views.rarity.astype(np.float32),
        np.hstack([joined[0] + joined[1], joined[2]]).astype(np.float32),
        (bias + trust @ offsets).astype(np.float32),
    )


def _places(messages: Sequence[Message]) -> dict[str, int]:
    """Return the features learnt, those met most often first: a feature met once may be somebody's name."""
    met = Counter(f for text, words in messages for f in features_of(text, words))
    return {f: i for i, (f, n) in enumerate(met.most_common(MOST_FEATURES)) if n > 1}


class _Views:
    """The three matrices of messages by features, and how each is fitted."""

    def __init__(self, messages: Sequence[Message], places: Mapping[str, int]) -> None:
        at, much, ends = array("i"), array("f"), array("q", [0])
        for text, words in messages:
            for feature, n in features_of(text, words).items():
                if feature in places:
                    at.append(places[feature])
                    much.append(n)
            ends.append(len(at))
        shape = (len(messages), len(places))
        counts = sparse.csr_matrix((np.log1p(np.array(much, float)), at, ends), shape=shape)
        met = np.bincount(counts.indices, minlength=len(places))
        self.rarity: Numbers = np.log((len(messages) + 1) / (met + 1)) + 1
        tfidf = counts @ sparse.diags(self.rarity)
        length = np.sqrt(np.asarray(tfidf.multiply(tfidf).sum(axis=1)).ravel())
        self.tfidf: Matrix = sparse.diags(1 / np.maximum(length, 1e-9)) @ tfidf
        self.whether: Matrix = counts.copy()
        self.whether.data = np.minimum(1.0, FULL * counts.data)
        self.met: Matrix = (counts > 0).astype(float)

    def fit(self, y: Labels, size: int, rows: Labels) -> tuple[list[Numbers], Numbers]:
        """Return for each view its weights (features by labels), and the offsets of all, learnt from some rows."""
        speaks = _speaking(self.met[rows], y[rows], size)
        views: list[tuple[Matrix, float, Callable[[int], Numbers | float]]] = [
            (self.tfidf[rows], 0.5, lambda _: 1.0),
            (self.tfidf[rows], 1.0, lambda label: speaks[label]),
            (self.whether[rows], 0.02, lambda label: speaks[label]),
        ]
        weights, offsets = [], []
        for matrix, softness, scale in views:
            found = np.zeros((matrix.shape[1], size))
            for label in range(size):
                by = scale(label)
                scaled = matrix if isinstance(by, float) else matrix @ sparse.diags(by)
                machine = LinearSVC(C=softness, max_iter=200, tol=1e-3, random_state=SEED)
                with (
                    warnings.catch_warnings()
                ):  # few rows of one label need not converge: the judge weighs it
                    warnings.simplefilter("ignore", ConvergenceWarning)
                    machine.fit(scaled, y[rows] == label)
                found[:, label] = machine.coef_[0] * by
                offsets.append(machine.intercept_[0])
            weights.append(found)
        return weights, np.array(offsets)

    def scores(self, fitted: tuple[list[Numbers], Numbers], rows: Labels) -> Numbers:
        """Return what the three views say of some rows, side by side."""
        weights, offsets = fitted
        views = zip((self.tfidf, self.tfidf, self.whether), weights, strict=True)
        found: Numbers = np.hstack([matrix[rows] @ w for matrix, w in views]) + offsets
        return found


def _speaking(met: Matrix, y: Labels, size: int) -> list[Numbers]:
    """Return for each label how much each feature speaks for it: the log ratio of smoothed shares."""
    total = np.asarray(met.sum(axis=0)).ravel()
    found = []
    for label in range(size):
        there = np.asarray(met[y == label].sum(axis=0)).ravel() + 1
        rest = total - there + 2
        found.append(np.log(there / there.sum()) - np.log(rest / rest.sum()))
    return found


def _both_sides(weights: Numbers, bias: Numbers) -> tuple[Numbers, Numbers]:
    """Return one row of weights per label; of two labels the regression keeps only one row."""
    return (
        (weights, bias)
        if len(weights) > 1
        else (np.vstack([-weights, weights]) / 2, np.hstack([-bias, bias]) / 2)
    )


def _temperature(scores: Numbers, y: Labels) -> float:
    """Return the divisor of the scores by which the shares of the right labels are likeliest."""

    def surprise(heat: float) -> float:
        s = scores / heat
        top = s.max(axis=1, keepdims=True)
        return float((np.log(np.exp(s - top).sum(axis=1)) + top[:, 0] - s[np.arange(len(y)), y]).mean())

    return float(min(TEMPERATURES, key=surprise))
