"""What every page of a rater begins with: their sheet, in their language."""

from __future__ import annotations

import uuid
from typing import Any

from flask import current_app, g, render_template, request, url_for

from webapp.config import LANGUAGES
from webapp.extensions import db
from webapp.languages import speak
from webapp.services.matrix.rater_load import minutes
from webapp.services.rounds.find_round import last_day
from webapp.services.rounds.open_rating_link import RaterLink, check_open, days_left, read_rater_link
from webapp.services.rounds.read_sheet import Sheet, read_sheet


def secret() -> str:
    key: str = current_app.config["SETTINGS"].secret_key
    return key


def load(rater_id: uuid.UUID) -> Sheet:
    """The sheet that this browser holds."""
    speak_as_rater(rater_id)
    return read_sheet(db.session, g.rating_organisation_id, rater_id, secret_key=secret())


def load_to_rate(rater_id: uuid.UUID) -> Sheet:
    """The same for the pages that rate; whoever left keeps the others."""
    sheet = load(rater_id)
    check_open(sheet.link)
    return sheet


def speak_as_rater(rater_id: uuid.UUID) -> None:
    """Use the rater's language from here on; also to say that the round is over."""
    speak(read_rater_link(db.session, g.rating_organisation_id, rater_id).language)


def step(name: str, rater_id: uuid.UUID, **values: Any) -> str:
    return url_for(f"rater.{name}", rater_id=rater_id, **values)


def about(link: RaterLink) -> dict[str, Any]:
    """What all pages of a round say of it."""
    return {
        "link": link,
        "round": link.round,
        "organisation": link.organisation,
        "simulated": link.organisation.simulated,
        "languages": {code: LANGUAGES[code] for code in link.round.languages},
        "last_day": last_day(link.round),
        "days_left": days_left(link.round),
    }


def page(template: str, sheet: Sheet, **values: Any) -> str:
    rater_id = sheet.link.rater.id
    return render_template(
        f"rater/{template}.html",
        **about(sheet.link),
        sheet=sheet,
        rater_id=rater_id,
        step=lambda name, **more: step(name, rater_id, **more),
        language_action=step("choose_language", rater_id, next=request.full_path.rstrip("?")),
        minutes=minutes(len(sheet.colleagues), len(sheet.competences)),
        **values,
    )
