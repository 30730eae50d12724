"""What views of reports share: the model, its reader, the addresses of its tables."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from flask import current_app, url_for
from flask_babel import get_locale

from webapp.config import Settings
from webapp.extensions import db
from webapp.security import current_user
from webapp.services import read_models
from webapp.services.blind.face import face_for_hr
from webapp.services.reports import reading
from webapp.services.reports.reader import Reader


def settings() -> Settings:
    found: Settings = current_app.config["SETTINGS"]
    return found


def model_of(model_id: uuid.UUID) -> Any:
    return read_models.find_model(db.session, current_user().organisation_id, model_id)


def reader_of(row: Any) -> Reader:
    return reading.reader_of(db.session, row, settings(), str(get_locale() or "en"), current_user().simulated)


def addresses_of(row: Any, **query: Any) -> Callable[[str], str]:
    """The address of each table's file, by the table's code."""
    return lambda code: url_for("hr.model_table", model_id=row.id, name=code, **query)


def address_if_there(endpoint: str) -> str:
    """The address of a page that another part of the site brings."""
    return url_for(endpoint) if endpoint in current_app.view_functions else ""


def called(applicant: Any) -> str:
    """What an applicant is called on a page that tells of results; see `face_for_hr`."""
    return face_for_hr(applicant, current_user().roles).label


def hidden_here(applicant: Any) -> bool:
    """Whether the name is hidden from whoever reads HR's pages now."""
    return face_for_hr(applicant, current_user().roles).hidden
