"""What every page of HR says about a panel."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.records import ExpertPanel, PanelExpert, QuestionnaireVersion, Vacancy
from webapp.services.panel.find_panel import last_day
from webapp.services.panel.rated_items import places_of, rated_items


@dataclass(frozen=True)
class Overview:
    """A panel, what it rates, and how many were asked, have begun and have finished."""

    panel: ExpertPanel
    questionnaire: QuestionnaireVersion
    last_day: dt.date
    situations: int
    options: int
    asked: int
    begun: int
    finished: int
    vacancies: int

    def values(self) -> dict[str, Any]:
        return {"panel": self.panel, "overview": self}


def panel_overview(session: Session, panel: ExpertPanel) -> Overview:
    items = rated_items(session, panel)
    asked, begun, finished = _counts(session, panel)
    questionnaire = session.get_one(QuestionnaireVersion, (panel.organisation_id, panel.questionnaire_id))
    return Overview(
        panel=panel,
        questionnaire=questionnaire,
        last_day=last_day(panel),
        situations=len(items),
        options=len(places_of(items)),
        asked=asked,
        begun=begun,
        finished=finished,
        vacancies=_vacancies_on(session, questionnaire),
    )


def _counts(session: Session, panel: ExpertPanel) -> tuple[int, int, int]:
    """Those whose invitation was taken back are no part of it."""
    columns = (PanelExpert.id, PanelExpert.entered_at, PanelExpert.finished_at)
    row = session.execute(
        select(*(func.count(each) for each in columns)).where(
            PanelExpert.organisation_id == panel.organisation_id,
            PanelExpert.panel_id == panel.id,
            PanelExpert.withdrawn_at.is_(None),
        )
    ).one()
    return row[0], row[1], row[2]


def _vacancies_on(session: Session, questionnaire: QuestionnaireVersion) -> int:
    """Vacancies that use the rated version; they go on with it, whatever is published."""
    using = (Vacancy.organisation_id == questionnaire.organisation_id, Vacancy.questionnaire_id == questionnaire.id)
    return session.scalar(select(func.count()).select_from(Vacancy).where(*using)) or 0


def published_version(session: Session, panel: ExpertPanel) -> QuestionnaireVersion | None:
    if panel.published_id is None:
        return None
    return session.get_one(QuestionnaireVersion, (panel.organisation_id, panel.published_id))
