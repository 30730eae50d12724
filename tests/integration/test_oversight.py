"""Samples from below the cut, how decisions follow the list, and what people were told: on both databases."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.databases import SQLITE
from tests.factories import oversight, people, shortlists
from tests.factories.oversight import DECLINED, SHORTLISTED, Overseen
from webapp.errors import Invalid, NotFound, Refused
from webapp.records import CutLine, Event, LookedAt, SampledPerson, Sitting
from webapp.records.base import now
from webapp.services.oversight import draw_sample as draw_sample_module
from webapp.services.oversight import meter, notices
from webapp.services.oversight.draw_sample import below_cut, cut_now, draw_sample
from webapp.services.oversight.notices import NewNotice
from webapp.services.oversight.review_sample import review_person, samples_of
from webapp.services.oversight.sample_rule import SampleRule, set_sample_rule
from webapp.services.promotion.stop_scores import stop_scores
from webapp.services.shortlist.leave import change_stage


@pytest.fixture
def words(app: Flask) -> Iterator[None]:
    with app.test_request_context("/"):
        yield


def desk_of(session: Session, number: int, target: int = 5) -> Overseen:
    return oversight.overseen(session, number, target=target)


def draw(desk: Overseen, **values: object) -> list[int]:
    """The places that are drawn."""
    draw_sample(desk.session, desk.vacancy.organisation_id, desk.vacancy.id, user_id=desk.user.id, **values)  # type: ignore[arg-type]
    desk.session.commit()
    (sample, *_older) = samples_of(desk.session, desk.vacancy)
    return [each.place for each in sample.people]


@pytest.mark.usefixtures("words")
def test_a_sample_is_drawn_once_from_people_not_chosen_below_the_cut(session: Session) -> None:
    desk = desk_of(session, 30)
    change_stage(session, desk.vacancy.organisation_id, [each.id for each in desk.people[5:15]], SHORTLISTED)
    session.commit()
    below = below_cut(session, desk.vacancy, cut_now(session, desk.vacancy))
    assert below is not None
    assert (below.first, below.last, below.pool) == (6, 30, 15)
    places = draw(desk, seed=7)
    assert len(set(places)) == 5, "five per cent would be fewer than five"
    assert min(places) > 15, "nobody above the cut, and nobody with whom somebody goes on"
    assert draw(desk, seed=8) == places, "it stands as it was drawn"
    session.add(
        CutLine(
            organisation_id=desk.vacancy.organisation_id,
            vacancy_id=desk.vacancy.id,
            model_version_id=desk.vacancy.model_version_id,
            people=20,
            set_by=desk.user.id,
        )
    )
    session.commit()
    assert min(draw(desk, seed=7)) > 20
    assert [each.row.cut_from for each in samples_of(session, desk.vacancy)] == ["line", "target"]
    assert len(samples_of(session, desk.vacancy)) == 2, "the one before stays to be seen"


@SQLITE
@pytest.mark.usefixtures("words")
def test_the_same_seed_draws_the_same_people_and_the_rule_is_the_companys(session: Session) -> None:
    desk, other = desk_of(session, 40), desk_of(session, 40)
    set_sample_rule(session, desk.vacancy.organisation_id, SampleRule(50, 1, 8), user_id=desk.user.id)
    assert len(draw(desk, seed=3)) == 8
    assert draw(other, seed=3) == draw(desk)[:5]
    with pytest.raises(Invalid):
        set_sample_rule(session, desk.vacancy.organisation_id, SampleRule(5, 9, 8), user_id=desk.user.id)
    assert [SampleRule().size(pool) for pool in (3, 50, 200, 1_000_000)] == [3, 5, 10, 20]


@SQLITE
@pytest.mark.usefixtures("words")
def test_nobody_is_drawn_where_nobody_is_below_or_scores_are_stopped(session: Session) -> None:
    with pytest.raises(Invalid):
        draw(desk_of(session, 5))
    desk = desk_of(session, 12)
    stop_scores(session, desk.vacancy.organisation_id, "something is wrong with it", desk.user.id)
    with pytest.raises(Refused):
        draw(desk)


@SQLITE
@pytest.mark.usefixtures("words")
def test_each_person_is_looked_at_and_what_came_of_it_is_counted(session: Session) -> None:
    desk = desk_of(session, 12)
    draw(desk, seed=1)
    (sample,) = samples_of(session, desk.vacancy)
    rows = session.scalars(select(SampledPerson).order_by(SampledPerson.number)).all()
    ona, jonas = rows[0].applicant, rows[1].applicant
    review_person(session, ona, sample.row.id, "agree", "", user_id=desk.user.id)
    with pytest.raises(Invalid):
        review_person(session, jonas, sample.row.id, "again", " ", user_id=desk.user.id)
    review_person(session, jonas, sample.row.id, "again", "Ten years at a help desk.", user_id=desk.user.id)
    (sample,) = samples_of(session, desk.vacancy)
    assert sample.verdicts == {"agree": 1, "again": 1}
    assert (sample.looked_at, sample.waiting, sample.drawn) == (2, 3, 5)
    assert session.scalars(select(Event.detail).where(Event.subject_id == jonas.id)).one() == {"verdict": "again"}
    somebody = next(each for each in desk.people if each.id not in {row.applicant_id for row in rows})
    with pytest.raises(NotFound):
        review_person(session, somebody, sample.row.id, "agree", "", user_id=desk.user.id)


@pytest.mark.usefixtures("words")
def test_the_meter_tells_recruiters_and_vacancies_apart(session: Session) -> None:
    desk = desk_of(session, 20)
    desk.decide(SHORTLISTED, desk.people[:4])
    desk.decide(DECLINED, desk.people[4:], in_split_tie=True, tie_reason="The same answers, and fewer languages.")
    free = people.user(session, desk.owner, "recruiter", name="Aaron")
    desk.decide(SHORTLISTED, [desk.people[0], desk.people[9], desk.people[19]], user=free)
    undone = desk.decide(DECLINED, [desk.people[3]], user=free)
    undone[0].undone_at, undone[0].undone_by = now(), free.id
    session.add(LookedAt(organisation_id=desk.owner.id, applicant_id=desk.people[0].id, user_id=free.id, last_at=now()))
    session.commit()
    aaron, other = meter.by_recruiter(session, desk.owner.id)
    assert aaron.name == "Aaron"
    assert aaron.following is None, "too few to say"
    assert (aaron.habits.decisions, aaron.habits.looked, aaron.habits.bulk, aaron.habits.undone) == (4, 0, 3, 1)
    assert other.following is not None
    assert (other.following.with_order, other.following.never_against) == (1, True)
    assert (other.habits.decisions, other.habits.bulk) == (20, 20)
    assert (other.habits.tie_splits, other.habits.tie_reasons) == (16, 16)
    own = meter.of_recruiter(session, desk.owner.id, free.id)
    assert own is not None
    assert own.habits == aaron.habits
    (place,) = meter.by_vacancy(session, desk.owner.id)
    assert place.following is not None
    assert place.following.decisions == 20, "of two decisions on one person the later one stands"
    assert place.following.with_order < 1
    assert meter.by_recruiter(session, desk.owner.id, 30) == [aaron, other]


@SQLITE
def test_the_meter_reads_the_newest_decisions_and_says_so(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = desk_of(session, 8)
    for each in desk.people:
        desk.decide(DECLINED, [each])
    (line,) = meter.by_recruiter(session, desk.owner.id)
    assert (line.habits.decisions, line.bounded) == (8, 0)
    monkeypatch.setattr("webapp.services.oversight.decision_rows.MOST", 5)
    (line,) = meter.by_recruiter(session, desk.owner.id)
    assert line.habits.decisions == 5
    assert line.bounded
    (line,) = meter.by_vacancy(session, desk.owner.id, 30)
    assert line.habits.decisions == 5


@SQLITE
@pytest.mark.usefixtures("words")
def test_few_who_are_not_chosen_are_found_among_many_and_by_even_chances(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(draw_sample_module, "TRIES", 6)
    desk = desk_of(session, 60)
    left = [10, 11, 40, 59]
    chosen = [each.id for number, each in enumerate(desk.people) if number not in left]
    change_stage(session, desk.vacancy.organisation_id, chosen, SHORTLISTED)
    session.commit()
    below = below_cut(session, desk.vacancy, cut_now(session, desk.vacancy))
    assert below is not None
    assert below.pool == 4
    drawn = Counter(
        draw_sample_module.drawn_people(session, desk.vacancy, below, 1, seed)[0].applicant_id for seed in range(80)
    )
    assert set(drawn) == {desk.people[number].id for number in left}
    assert min(drawn.values()) >= 10, "twenty each are expected"
    assert sorted(draw(desk, seed=1)) == [11, 12, 41, 60]


@SQLITE
def test_a_look_after_the_decision_is_no_look_before_it(session: Session) -> None:
    desk = desk_of(session, 3)
    row = LookedAt(organisation_id=desk.owner.id, applicant_id=desk.people[0].id, user_id=desk.user.id, last_at=now())
    session.add(row)
    session.flush()
    desk.decide(DECLINED, [desk.people[0]], at=row.created_at - dt.timedelta(hours=1))
    desk.decide(SHORTLISTED, [desk.people[0]], at=row.created_at + dt.timedelta(hours=1))
    (line,) = meter.by_recruiter(session, desk.owner.id)
    assert (line.habits.decisions, line.habits.looked) == (2, 1)


@SQLITE
def test_a_person_decided_on_twice_counts_once_and_a_tie_group_holds_no_order(session: Session) -> None:
    desk = desk_of(session, 12)
    desk.decide(DECLINED, desk.people[:3], group_first=1, group_last=12)
    desk.decide(SHORTLISTED, desk.people[:3], group_first=1, group_last=12)
    desk.decide(DECLINED, desk.people[3:], group_first=1, group_last=12)
    (line,) = meter.by_vacancy(session, desk.owner.id)
    assert line.following is not None
    assert (line.following.chosen, line.following.passed, line.following.ordered) == (3, 9, 0)


def told(desk: Overseen, text: str, **values: str) -> None:
    wanted = NewNotice(oversight.day(text), **{"how": "advertisement", "version": "2026-A"} | values)  # type: ignore[arg-type]
    notices.record_notice(desk.session, desk.vacancy.organisation_id, desk.vacancy.id, wanted, user_id=desk.user.id)
    desk.session.commit()


@pytest.mark.usefixtures("words")
def test_a_notice_too_late_for_a_place_is_warned_of(session: Session) -> None:
    desk = desk_of(session, 0)
    owner, place = desk.vacancy.organisation_id, desk.vacancy.id
    today = now().date()
    status = notices.notice_status(session, desk.vacancy)
    assert (status.first, status.places, status.evidence.began) == (None, (), 0)
    assert notices.notice_sentence(status) == "No notice about the use of a program in selection is recorded."
    notices.set_places(session, owner, place, ["nyc", "atlantis"], user_id=desk.user.id)
    (warning,) = notices.notice_status(session, desk.vacancy).warnings
    assert (warning.place.key, warning.earliest) == ("nyc", None)
    told(desk, (today - dt.timedelta(days=7)).isoformat())
    (warning,) = notices.notice_status(session, desk.vacancy).warnings
    assert warning.earliest is not None
    assert warning.earliest > today == warning.begins
    told(desk, (today - dt.timedelta(days=40)).isoformat(), place="nyc")
    status = notices.notice_status(session, desk.vacancy)
    assert status.warnings == ()
    assert status.days_since == 40
    assert "2026-A" in notices.notice_sentence(status)
    first = status.given[0].row
    notices.take_back_notice(session, owner, place, first.id, user_id=desk.user.id)
    assert [each.place.key for each in notices.notice_status(session, desk.vacancy).warnings] == ["nyc"]
    assert first.taken_back_at is not None, "the row stays"


@SQLITE
@pytest.mark.usefixtures("words")
def test_what_the_site_saw_stands_beside_what_somebody_recorded(session: Session) -> None:
    desk = desk_of(session, 3)
    for number, sitting in enumerate(session.scalars(select(Sitting).order_by(Sitting.id))):
        sitting.consented_at = now() if number else None
        sitting.notice_version = "5.LT.trained.en" if number else None
    shortlists.applicant(session, desk.vacancy)
    session.commit()
    evidence = notices.notice_status(session, desk.vacancy).evidence
    assert (evidence.began, evidence.agreed, evidence.versions) == (3, 2, {"5.LT.trained.en": 2})


@SQLITE
@pytest.mark.usefixtures("words")
def test_a_record_of_a_notice_says_when_how_and_which(session: Session) -> None:
    desk = desk_of(session, 0)
    tomorrow = (now().date() + dt.timedelta(days=1)).isoformat()
    with pytest.raises(Invalid) as fault:
        told(desk, tomorrow, how="by rumour", version=" ", place="atlantis")
    assert len(fault.value.messages) == 4
