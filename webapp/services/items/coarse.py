"""How figures are told so that nobody's answers are told with them.

Of the staff, whose answers serve the training of models alone, nothing is told about fewer than thirty people, shares
are whole twentieths, and an option that fewer than five people chose is "few". Of applicants it is ten people, whole
hundredths, and the same few. See decision 0038.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models.confidence import in_fives

FEW = 5
LEAST = {"staff": 30, "applicants": 10}
PARTS = {"staff": 20, "applicants": 100}
COUNTED = ("best", "worst", "chosen")


def coarse(population: str, described: Mapping[str, Any]) -> dict[str, Any]:
    """One question among some people, as it is kept and shown: counts become shares, small ones become few."""
    n, staff = described["n"], population == "staff"
    told = {"n": in_fives(n) if staff else n, "enough": n >= LEAST[population]}
    if not told["enough"]:
        return {"n": None, "enough": False}
    return told | {
        "mean": _hundredths(described["mean"]),
        "spread": _hundredths(described["spread"]),
        "rest_r": _hundredths(described["rest_r"]),
        "options": [_option(option, n, PARTS[population]) for option in described["options"]],
    }


def _option(option: Mapping[str, Any], n: int, parts: int) -> dict[str, Any]:
    """Shares are of everybody who was asked; who skipped chose none."""
    told: dict[str, Any] = {"id": option["id"]}
    for name in COUNTED:
        if name in option:
            few = option[name] < FEW
            told[name] = {
                "few": few,
                "share": None if few else round(round(parts * option[name] / n) / parts, 2),
                "rest": None if option[name] < 2 * FEW else _hundredths(option[f"rest_{name}"]),
            }
    if "mean" in option:
        told["mean"] = _hundredths(option["mean"]) if option["given"] >= 2 * FEW else None
    return told


def _hundredths(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def coarse_comparison(population: str, found: Mapping[str, Any], by_language: bool) -> dict[str, Any]:
    """Of groups that people told of themselves, the letter alone, and their sizes in tens."""
    sizes = {name: _size(found[name], population, by_language) for name in ("n_focal", "n_reference")}
    told = {name: found[name] for name in ("focal", "reference", "letter", "finding")} | sizes
    if not by_language:
        return told
    return told | {"difference": _hundredths(found.get("difference")), "options": found["options"]}


def _size(n: int, population: str, by_language: bool) -> int:
    if not by_language:
        return n - n % 10
    return in_fives(n) if population == "staff" else n


def coarse_count(population: str, counted: tuple[int, int]) -> dict[str, int]:
    """Answered and skipped; of the staff in whole fives."""
    answered, skipped = counted
    if population == "staff":
        return {"answered": in_fives(answered), "skipped": in_fives(skipped)}
    return {"answered": answered, "skipped": skipped}
