"""Whether the demo company is there already, answered without loading what makes one: that takes seconds."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session

from webapp.config import Settings
from webapp.extensions import make_engine
from webapp.services.list_organisations import list_organisations

COMPANY = "Demo company (simulated)"
CARD = "demo-sign-in.txt"


def is_there(settings: Settings) -> bool:
    engine = make_engine(settings.database_url)
    try:
        with Session(engine) as session:
            return any(row.name == COMPANY for row in list_organisations(session))
    finally:
        engine.dispose()


def tell_sign_ins(settings: Settings, tell: Callable[[str], None]) -> None:
    card = settings.instance / CARD
    if card.exists():
        tell(card.read_text().rstrip())
