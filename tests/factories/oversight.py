"""A vacancy with a list, and decisions on its people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from tests.factories import people, shortlists
from webapp.records import Applicant, Decision, DecisionBatch, Organisation, User, Vacancy
from webapp.records.base import now
from webapp.services.shortlist.bring_up import bring_up

SHORTLISTED, DECLINED = 1, 5
SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


@dataclass
class Overseen:
    """Somebody who recruits, a vacancy, and its people from the top down."""

    session: Session
    vacancy: Vacancy
    user: User
    people: list[Applicant]

    @property
    def owner(self) -> Organisation:
        return self.session.get_one(Organisation, self.vacancy.organisation_id)

    def decide(self, stage: int, chosen: Sequence[Applicant], **values: Any) -> list[Decision]:
        """One decision about these, as the recruiter saw them on a list without tie groups."""
        user = values.pop("user", self.user)
        owned = {"organisation_id": self.vacancy.organisation_id, "vacancy_id": self.vacancy.id, "user_id": user.id}
        moment = values.pop("at", now())
        batch = DecisionBatch(**owned, state="done", to_stage=stage, people=len(chosen), decided_at=moment)
        self.session.add(batch)
        self.session.flush()
        rows = [
            Decision(
                **owned,
                batch_id=batch.id,
                applicant_id=each.id,
                from_stage=each.stage,
                to_stage=stage,
                decided_at=moment,
                **{"place": self.people.index(each) + 1, "ranked": len(self.people), "model_number": 1} | values,
            )
            for each in chosen
        ]
        self.session.add_all(rows)
        self.session.commit()
        return rows


def overseen(session: Session, number: int = 0, **values: Any) -> Overseen:
    """A vacancy on which so many people are ranked, all of them apart."""
    vacancy = shortlists.vacancy(session, **values)
    user = people.user(session, session.get_one(Organisation, vacancy.organisation_id), "recruiter", "hr")
    ranked = [
        shortlists.scored(session, vacancy, 5 - 4 * each / max(number, 1), name=f"Simulated {each + 1:03}")
        for each in range(number)
    ]
    session.commit()
    bring_up(session, vacancy.organisation_id, vacancy.id)
    session.commit()
    return Overseen(session, vacancy, user, ranked)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)
