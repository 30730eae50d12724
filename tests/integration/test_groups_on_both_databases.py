"""What rests on the database itself: sealed blocks, what earlier reports told, and rows under keyed numbers."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import people, sittings
from tests.factories.groups import SECRET, crowd, tell
from webapp.records import DemographicAnswer, GroupBlock, GroupReport, Job
from webapp.services.demographics.forget_demographics import forget_demographics
from webapp.services.demographics.group_report import told_before
from webapp.services.demographics.keep_report import keep_report
from webapp.services.demographics.make_report import compute_report
from webapp.services.demographics.scope import Scope


def kept(session: Session, owner: object) -> GroupReport:
    company = session.merge(owner)
    found = compute_report(session, company.id, Scope(), SECRET, lambda _stage, _part: None)  # type: ignore[attr-defined]
    job = Job(organisation_id=company.id, kind="groups")  # type: ignore[attr-defined]
    session.add(job)
    session.flush()
    report = keep_report(session, job, found.material, found.figures, found.state)
    session.commit()
    session.expire_all()
    return report


def test_a_report_is_kept_and_the_next_is_held_against_it(session: Session) -> None:
    owner = people.organisation(session)
    place = sittings.vacancy(session, owner)
    crew = crowd(session, place, 40, sex=("female", "male"))
    session.commit()
    first = kept(session, owner)
    assert [set(each.categories) for each in told_before(session, owner.id)["sex"]] == [{"female", "male"}, set()]
    tell(session, owner.id, crew[0], "sex", "male")
    session.commit()
    second = kept(session, owner)
    assert second.figures["attributes"]["sex"] == first.figures["attributes"]["sex"]
    assert second.id != first.id
    forget_demographics(session, owner.id, crew[:1], SECRET)
    session.commit()
    assert len(session.scalars(select(DemographicAnswer)).all()) == 39
    assert session.scalars(select(GroupBlock.people).where(GroupBlock.attribute == "sex")).one() == 30
