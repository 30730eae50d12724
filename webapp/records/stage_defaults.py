"""What every company begins with: its stages, and reasons to choose from. It may change all of their words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class StageDefault:
    number: int
    kind: str
    reveals: bool
    names: dict[str, Any]


@dataclass(frozen=True)
class ReasonDefault:
    kind: str
    names: dict[str, Any]
    needs_text: bool = False


def _said(en: str, ru: str, lt: str) -> dict[str, Any]:
    return {"en": en, "ru": ru, "lt": lt}


STAGES = (
    StageDefault(0, "new", False, _said("New", "Новые", "Nauji")),
    StageDefault(1, "open", False, _said("Shortlisted", "Отобраны", "Atrinkti")),
    StageDefault(2, "open", True, _said("Interview", "Собеседование", "Pokalbis")),
    StageDefault(3, "open", True, _said("Offer", "Предложение", "Pasiūlymas")),
    StageDefault(4, "hired", True, _said("Hired", "Приняты", "Priimti")),
    StageDefault(5, "declined", True, _said("Not chosen", "Не выбраны", "Nepasirinkti")),
)

OTHER = _said("Another reason", "Другая причина", "Kita priežastis")
REASONS = (
    ReasonDefault(
        "open",
        _said(
            "The result and the application fit the job",
            "Результат и заявка подходят к работе",
            "Rezultatas ir paraiška tinka darbui",
        ),
    ),
    ReasonDefault("open", _said("Has done such work before", "Уже делал(а) такую работу", "Jau dirbo tokį darbą")),
    ReasonDefault(
        "open",
        _said("Speaks the languages that we need", "Говорит на нужных нам языках", "Kalba kalbomis, kurių mums reikia"),
    ),
    ReasonDefault("open", OTHER, needs_text=True),
    ReasonDefault("hired", _said("Convinced us in the interview", "Убедил(а) на собеседовании", "Įtikino per pokalbį")),
    ReasonDefault("hired", _said("Accepted our offer", "Принял(а) наше предложение", "Priėmė mūsų pasiūlymą")),
    ReasonDefault("hired", OTHER, needs_text=True),
    ReasonDefault(
        "declined", _said("Others fit the job better", "Другие подходят лучше", "Kiti labiau tinka šiam darbui")
    ),
    ReasonDefault(
        "declined",
        _said(
            "Lacks what the job demands by law or by the advertisement",
            "Нет того, чего работа требует по закону или объявлению",
            "Trūksta to, ko darbui reikia pagal įstatymą ar skelbimą",
        ),
    ),
    ReasonDefault(
        "declined",
        _said(
            "Cannot work at the place or the hours",
            "Не подходит место или время работы",
            "Netinka darbo vieta ar laikas",
        ),
    ),
    ReasonDefault(
        "declined", _said("Turned our offer down", "Отказался(-ась) от предложения", "Atsisakė mūsų pasiūlymo")
    ),
    ReasonDefault("declined", OTHER, needs_text=True),
    ReasonDefault("new", _said("Was moved by mistake", "Перемещён(а) по ошибке", "Perkelta per klaidą")),
    ReasonDefault("new", OTHER, needs_text=True),
)
