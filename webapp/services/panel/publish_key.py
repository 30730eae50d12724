"""Make a new version of the questionnaire whose key is the panel's. What runs on the old version goes on with it."""

from __future__ import annotations

import uuid

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.errors import ModelError
from questionnaires import shelf
from questionnaires.panel_key import NoKeyLeft, keyed_by_panel
from webapp.errors import Conflict
from webapp.records import ExpertPanel, QuestionnaireVersion
from webapp.records.base import now
from webapp.services.install_company import publish
from webapp.services.panel.figures import kept_figures
from webapp.services.panel.find_panel import lock_panel
from webapp.services.panel.rated_items import questionnaire_of, rated_items
from webapp.services.panel.read_results import panel_key
from webapp.services.record_event import record_event


def publish_key(
    session: Session, organisation_id: uuid.UUID, panel_id: uuid.UUID, *, user_id: uuid.UUID
) -> QuestionnaireVersion:
    """Publish once; the second press finds what the first one made."""
    panel = lock_panel(session, organisation_id, panel_id)
    if panel.published_id is not None:
        return session.get_one(QuestionnaireVersion, (organisation_id, panel.published_id))
    row = _publish(session, panel)
    panel.published_id, panel.published_at = row.id, now()
    record_event(
        session,
        organisation_id,
        "panel.published",
        user_id=user_id,
        subject="expert_panel",
        subject_id=panel.id,
        version=row.version,
        experts=panel.figures["experts"],
    )
    session.flush()
    return row


def _publish(session: Session, panel: ExpertPanel) -> QuestionnaireVersion:
    if panel.state != "closed":
        raise Conflict(_("This panel is still open. Close it first: the figures are made once, at closing."))
    figures = kept_figures(panel)
    if not figures.enough:
        raise Conflict(_("So few experts have rated enough that no key can be made of it."))
    questionnaire = questionnaire_of(session, panel)
    key = panel_key(panel, figures, rated_items(session, panel))
    version = next_version(session, panel, questionnaire.name, questionnaire.version, key.day)
    try:
        return publish(session, panel.organisation_id, keyed_by_panel(questionnaire, version, key))
    except (NoKeyLeft, ModelError):
        # The second: where nothing that is scored is left in the first form.
        raise Conflict(_("The experts disagree so much that no situation keeps enough actions for a key.")) from None


def next_version(session: Session, panel: ExpertPanel, name: str, version: str, day: str) -> str:
    """The rated version with the panel's day as its third number: 2.0.0 becomes 2.0.20261122.

    The library's own next versions never look like this, so that none of them is kept out by ours.
    """
    taken = set(
        session.scalars(
            select(QuestionnaireVersion.version).where(
                QuestionnaireVersion.organisation_id == panel.organisation_id, QuestionnaireVersion.name == name
            )
        )
    ) | {known for other, known in shelf.available() if other == name}
    first, second, *_rest = version.split(".")
    numbered = [day.replace("-", ""), *(f"{day.replace('-', '')}{again:02d}" for again in range(2, 100))]
    return next(each for part in numbered if (each := f"{first}.{second}.{part}") not in taken)
