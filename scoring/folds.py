"""Folds that keep a unit's people together, and people who can be compared with each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np


def assign_folds(
    n: int,
    n_folds: int,
    rng: np.random.Generator,
    groups: Sequence[str | None] | None = None,
    components: Sequence[int] | np.ndarray | None = None,
) -> np.ndarray:
    """Return each person's fold (n,) in 0..n_folds-1.

    People of the same group share a fold; None means a person without a group, who stands alone. Groups
    are shuffled, then dealt from the largest down to the fold that holds fewest people. With fewer groups
    than folds, there are as many folds as groups; with one group only, people are dealt one by one, since
    otherwise nothing could be held out.

    Parameters
    ----------
    components : sequence of n, optional
        Connected part of who rated whom that each person belongs to, counted where no group is known. Ratings
        compare within a part only, and a fold that holds three people of a part of ten can tell little of
        them: their criteria are centred on themselves, vary less, and lie above the cut of the top third too
        seldom. So a part that fits into a fold is held out whole. Larger parts are dealt one by one: enough
        of their people come together in a fold.
    """
    codes = _codes(n, groups)
    if components is not None and len(np.unique(codes)) == n:
        codes = _small_parts(np.asarray(components), n // n_folds)
    if codes.max(initial=0) < 1:
        codes = np.arange(n)
    sizes = np.bincount(codes)
    order = rng.permutation(len(sizes))
    order = order[np.argsort(-sizes[order], kind="stable")]
    load = np.zeros(max(2, min(n_folds, len(sizes))))
    fold_of = np.zeros(len(sizes), dtype=int)
    for group in order:
        fold_of[group] = int(np.argmin(load))
        load[fold_of[group]] += sizes[group]
    return fold_of[codes]


def _codes(n: int, groups: Sequence[str | None] | None) -> np.ndarray:
    if groups is None:
        return np.arange(n)
    labels = [f"u:{group}" if group else f"p:{row}" for row, group in enumerate(groups)]
    return np.unique(labels, return_inverse=True)[1]


def _small_parts(components: np.ndarray, largest: int) -> np.ndarray:
    """Codes (n,) that people of the same part share, where the part has at most ``largest`` of them."""
    _, part = np.unique(components, return_inverse=True)
    alone = np.bincount(part)[part] > largest
    return np.unique(np.where(alone, part.max() + 1 + np.arange(len(part)), part), return_inverse=True)[1]


def splits(folds: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield (training rows, held-out rows) per fold, as index arrays."""
    for fold in np.unique(folds):
        held_out = folds == fold
        yield np.flatnonzero(~held_out), np.flatnonzero(held_out)
