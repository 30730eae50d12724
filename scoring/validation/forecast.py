"""From a learning curve to what more rated staff would bring.

The stated curve is ``r(n) = a - b n^-c`` with ``b >= 0`` (``a + b log n`` for c = 0). So few points hardly tell
the exponent: every bootstrap draw takes one of `EXPONENTS` at random, with odds by how well each fits the points
(``exp(-chi^2 / 2)``), so that not knowing it is part of the interval. Beyond `REACH` times the present staff no
curve is read.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from scoring.validation.resampling import interval

EXPONENTS = (0.0, 0.25, 0.5, 1.0)
REACH = 5.0
FEWEST_POINTS = 3
SURE = 0.95
LIKELY = 0.75
LEAST_VARIANCE = 1e-6

Pair = tuple[np.ndarray, np.ndarray]


def forecast(
    sizes: Sequence[float],
    point: Sequence[Pair],
    drawn: Sequence[Pair],
    n: int,
    has_key: bool,
    seed: int = 0,
    gain_error: float = 0.0,
) -> dict[str, object]:
    """Read a learning curve at more rated staff than there are.

    Parameters
    ----------
    sizes
        Training sizes (k,).
    point, drawn
        Correlations of model and key at each size: of everybody (1,) and of every bootstrap draw (draws,).
    n
        Rated staff there are now.
    has_key
        Whether there is a key to beat.
    gain_error
        Standard error of the gain over the key that the draws do not show; added to every draw.

    Returns
    -------
    dict
        ``beats_key_now``: the share of draws that have the model above the key at ``n`` people. ``status``:
        ``already`` (19 of 20 have), ``probably`` (3 of 4), ``about_equal`` (1 of 4 or more), ``more_needed`` (fewer,
        but most have it above within reach), ``not_within_reach`` of these data, ``no_key``, or ``cannot_tell`` (too
        few points). ``more_staff`` with its 90 % interval: rated staff still missing until
        the model is above the key, None where that is beyond reach. ``r_double`` with its interval: the
        correlation expected with twice as many rated staff.
    """
    if len(sizes) < FEWEST_POINTS:
        return {**_NOTHING, "status": "cannot_tell" if has_key else "no_key"}
    r = np.column_stack([one for one, _ in drawn])
    gain = np.column_stack([one - key for one, key in drawn])
    rng = np.random.default_rng([seed, 6])
    luck, further = rng.random(len(r)), gain_error * rng.standard_normal(len(r))
    double = Curves.choose(np.array(sizes), r, luck).at(2.0 * n)
    low, high = interval(double)
    told = {**_NOTHING, "r_double": float(np.median(double)), "r_double_low": low, "r_double_high": high}
    if not has_key:
        return {**told, "status": "no_key"}
    return {**told, **_until_above(Curves.choose(np.array(sizes), gain + further[:, None], luck), n)}


_NOTHING: dict[str, object] = dict.fromkeys(
    ("beats_key_now", "more_staff", "more_staff_low", "more_staff_high", "r_double", "r_double_low", "r_double_high")
)


class Curves:
    """One fitted curve ``intercept + slope * g(n)`` for each draw, g rising by the draw's exponent."""

    def __init__(self, shapes: np.ndarray, intercept: np.ndarray, slope: np.ndarray) -> None:
        self.shapes, self.intercept, self.slope = shapes, intercept, slope

    @classmethod
    def fit(cls, sizes: np.ndarray, values: np.ndarray, shapes: np.ndarray) -> Curves:
        """Weighted least squares of ``values`` (draws, k) on g(sizes), sizes that vary less counting more."""
        weights = 1.0 / (np.var(values, axis=0) + LEAST_VARIANCE)
        weights /= weights.sum()
        g = rising(sizes[None, :], shapes[:, None])
        centre, middle = (weights * g).sum(axis=1, keepdims=True), (weights * values).sum(axis=1, keepdims=True)
        spread = (weights * (g - centre) ** 2).sum(axis=1)
        slope = np.maximum((weights * (g - centre) * (values - middle)).sum(axis=1) / spread, 0.0)
        return cls(shapes, middle[:, 0] - slope * centre[:, 0], slope)

    @classmethod
    def choose(cls, sizes: np.ndarray, values: np.ndarray, luck: np.ndarray) -> Curves:
        """Fit every exponent to the values (draws, k), and take one for each draw by ``luck`` (draws,) in 0..1."""
        fits = [cls.fit(sizes, values, np.full(len(values), exponent)) for exponent in EXPONENTS]
        precision = 1.0 / (np.var(values, axis=0) + LEAST_VARIANCE)
        misses = np.stack([(precision * (values - fit.over(sizes)) ** 2).sum(axis=1) for fit in fits])
        odds = np.exp((misses.min(axis=0) - misses) / 2)
        taken = (np.cumsum(odds / odds.sum(axis=0), axis=0) < luck).sum(axis=0).clip(max=len(fits) - 1)
        rows = np.arange(len(values))
        parts = (np.stack([getattr(fit, name) for fit in fits]) for name in ("shapes", "intercept", "slope"))
        return cls(*(part[taken, rows] for part in parts))

    def over(self, sizes: np.ndarray) -> np.ndarray:
        """Value of every curve (draws, k) at the sizes (k,)."""
        return self.intercept[:, None] + self.slope[:, None] * rising(sizes[None, :], self.shapes[:, None])

    def at(self, n: float) -> np.ndarray:
        """Value of every curve (draws,) at n people."""
        return self.intercept + self.slope * rising(np.array(n), self.shapes)

    def first_above_zero(self, most: float) -> np.ndarray:
        """People (draws,) at which each curve crosses 0; infinite where not before ``most``."""
        grid = np.geomspace(1.0, most, 400)
        above = self.over(grid) > 0
        return np.where(above.any(axis=1), grid[np.argmax(above, axis=1)], np.inf)


def rising(n: np.ndarray, exponent: np.ndarray) -> np.ndarray:
    """``log n`` for exponent 0, else ``(1 - n^-c) / c``, which goes over into it."""
    safe = np.where(exponent > 0, exponent, 1.0)
    return np.where(exponent > 0, (1.0 - n**-safe) / safe, np.log(n))


def _until_above(gains: Curves, n: int) -> dict[str, object]:
    crossing = gains.first_above_zero(REACH * n)
    now = float(np.mean(gains.at(float(n)) > 0))
    more = np.maximum(crossing - n, 0.0)
    low, middle, high = (_whole(np.quantile(more, q, method="inverted_cdf")) for q in (0.05, 0.5, 0.95))
    return {
        "status": _status(now, middle),
        "beats_key_now": now,
        "more_staff": middle,
        "more_staff_low": low,
        "more_staff_high": high,
    }


def _status(now: float, more: int | None) -> str:
    if now >= LIKELY:
        return "already" if now >= SURE else "probably"
    if more is None:
        return "not_within_reach"
    return "about_equal" if now > 1 - LIKELY else "more_needed"


def _whole(people: float) -> int | None:
    return round(float(people)) if np.isfinite(people) else None
