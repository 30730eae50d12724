"""Decisions about applicants: with a reason, by a person, once, to be taken back within a day."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.databases import SQLITE
from tests.factories import people, shortlists
from webapp.config import Settings
from webapp.errors import Conflict, Gone, Invalid, NotFound, Refused
from webapp.extensions import db
from webapp.records import Decision, DecisionBatch, DecisionChoice, Job, ModelVersion, Vacancy
from webapp.records.base import now
from webapp.services.decisions import draft
from webapp.services.decisions.decide import Outcome, carry_on, carry_on_job, confirm, decide, start_again
from webapp.services.decisions.reasons import Why
from webapp.services.decisions.stages import reasons_of, stages_of
from webapp.services.decisions.undo import undo_batch, undo_one
from webapp.services.erasure.erase_applicants import erase_applicants
from webapp.services.job_progress import fail_job
from webapp.services.rights.export_person import export_person
from webapp.services.shortlist.bring_up import bring_up
from webapp.services.shortlist.on_list import find_state
from webapp.services.shortlist.places import numbers_by_cell

SHORTLISTED, INTERVIEW, DECLINED = 1, 2, 5
FIT = Why(text="The papers fit the job.")


class Desk:
    """A vacancy with a ranked list, and two recruiters."""

    def __init__(
        self, session: Session, scores: Sequence[float] = (4.5, 4.45, 4.4, 3.0, 2.0), **values: object
    ) -> None:
        self.session = session
        self.vacancy: Vacancy = shortlists.vacancy(session, **values)
        self.owner = self.vacancy.organisation_id
        self.people = [shortlists.scored(session, self.vacancy, score) for score in scores]
        company = session.get_one(people.Organisation, self.owner)
        self.anna, self.boris = (people.user(session, company, "recruiter") for _each in range(2))
        self.hr = people.user(session, company, "hr")
        bring_up(session, self.owner, self.vacancy.id)
        session.flush()

    def decide(self, places: Sequence[int], stage: int = SHORTLISTED, why: Why = FIT, user: object = None) -> Outcome:
        chosen = [self.people[place].id for place in places]
        by = user or self.anna
        return decide(self.session, self.owner, self.vacancy.id, chosen, stage, why, user_id=by.id)  # type: ignore[attr-defined]

    def stages(self) -> list[int]:
        self.session.expire_all()
        return [each.stage for each in self.people]

    def decisions(self) -> list[Decision]:
        return list(self.session.scalars(select(Decision).order_by(Decision.decided_at, Decision.id)))

    def counted(self) -> dict[int, int]:
        """People of the kept counts by stage."""
        state = find_state(self.session, self.vacancy)
        assert state is not None
        found: dict[int, int] = {}
        for cell, number in numbers_by_cell(self.session, state).items():
            found[cell // 16] = found.get(cell // 16, 0) + number
        return found


@pytest.fixture
def desk(session: Session) -> Desk:
    return Desk(session)


def test_a_decision_is_kept_once_counted_and_undone(desk: Desk, session: Session) -> None:
    token = uuid.uuid4()
    chosen = [desk.people[place].id for place in (0, 1, 2, 3)]
    for _press in range(2):
        outcome = decide(session, desk.owner, desk.vacancy.id, chosen, 1, FIT, user_id=desk.anna.id, token=token)
        assert outcome.is_decided
    assert desk.stages() == [1, 1, 1, 1, 0]
    assert desk.counted() == {0: 1, 1: 4}
    first = min(desk.decisions(), key=lambda each: each.place or 0)
    assert (first.place, first.group_first, first.group_last, first.ranked) == (1, 1, 3, 5)
    assert first.model_number == session.get_one(ModelVersion, (desk.owner, desk.vacancy.model_version_id)).number
    assert (first.from_stage, first.to_stage, first.user_id, first.text) == (0, 1, desk.anna.id, FIT.text)
    assert not first.in_split_tie
    assert session.scalar(select(func.count()).select_from(DecisionChoice)) == 0
    assert len(desk.decisions()) == outcome.batch.people == 4
    desk.decide([3], INTERVIEW, user=desk.boris)
    with pytest.raises(Refused):
        undo_batch(session, desk.owner, token, user_id=desk.boris.id)
    undone = undo_batch(session, desk.owner, token, user_id=desk.anna.id)
    assert (undone.people, undone.stayed) == (3, (desk.people[3].id,))
    assert desk.stages() == [0, 0, 0, INTERVIEW, 0]
    assert desk.counted() == {0: 4, INTERVIEW: 1}
    kept = desk.decisions()
    assert (len(kept), sum(each.undone_by == desk.anna.id for each in kept)) == (5, 3)
    assert undo_batch(session, desk.owner, token, user_id=desk.anna.id).people == 0


def test_of_two_at_the_same_moment_one_decides_and_the_other_looks_again(desk: Desk, session: Session) -> None:
    """Two recruiters about the same people, and each of them presses twice."""
    chosen = [desk.people[3].id, desk.people[4].id]
    drafts = []
    for user, stage in ((desk.anna, INTERVIEW), (desk.boris, DECLINED)):
        batch = draft.begin(session, desk.owner, desk.vacancy.id, chosen, stage=1, user_id=user.id)
        draft.say_why(session, batch, stage, FIT)
        drafts.append((batch.id, user.id))
    session.commit()
    start = Barrier(4)

    def press(which: tuple[uuid.UUID, uuid.UUID]) -> tuple[bool, int]:
        start.wait()
        with db.scope(), db.transaction() as writing:
            outcome = confirm(writing, desk.owner, which[0], user_id=which[1])
            return outcome.is_decided, outcome.changed["moved"]

    with ThreadPoolExecutor(4) as threads:
        pressed = list(threads.map(press, drafts * 2))
    session.rollback()
    # Each draft ends alike, whoever pressed first: one is decided by one press, the other was shown what changed.
    decided = [which for which, (done, _moved) in zip(drafts * 2, pressed, strict=True) if done]
    assert any(not done and moved == 2 for done, moved in pressed)
    assert decided
    assert len(desk.decisions()) == 2 * len(set(decided))
    assert len(set(desk.stages()[3:])) == 1


def test_many_are_for_the_worker_and_nothing_is_done_twice(
    desk: Desk, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.services.decisions.decide.AT_ONCE", 2)
    outcome = desk.decide([0, 1, 2, 3, 4], DECLINED)
    batch = outcome.batch
    assert (batch.state, desk.stages()) == ("running", [0] * 5)
    with pytest.raises(Conflict):
        undo_batch(session, desk.owner, batch.id, user_id=desk.anna.id)
    assert carry_on(session, batch, 2) == 2
    assert not start_again(session, desk.owner, batch.id, user_id=desk.anna.id), "it is under way"
    fail_job(session, session.get_one(Job, (desk.owner, batch.job_id)), "broken")
    assert start_again(session, desk.owner, batch.id, user_id=desk.anna.id)
    desk.people[4].stage = INTERVIEW
    session.flush()
    assert batch.job_id is not None
    while carry_on_job(session, desk.owner, batch.job_id):
        pass
    assert session.get_one(Job, (desk.owner, batch.job_id)).result == {"people": 4, "skipped": 1}
    assert desk.stages() == [DECLINED] * 4 + [INTERVIEW]
    assert (batch.state, batch.people, batch.seen["skipped"], batch.text) == ("done", 4, 1, "")
    assert len(desk.decisions()) == 4


@SQLITE
def test_every_company_has_stages_and_reasons(session: Session) -> None:
    owner = people.organisation(session).id
    stages = stages_of(session, owner)
    assert [each.number for each in stages] == [0, 1, 2, 3, 4, 5]
    assert [each.kind for each in stages] == ["new", "open", "open", "open", "hired", "declined"]
    assert all(set(each.names) == {"en", "ru", "lt"} for each in stages)
    kinds = {each.kind for each in reasons_of(session, owner)}
    assert kinds == {"new", "open", "hired", "declined"}


@SQLITE
def test_choosing_inside_a_tie_asks_why_these(desk: Desk) -> None:
    outcome = desk.decide([0])
    assert outcome.needs_tie_reason
    assert desk.stages() == [0] * 5
    batch = outcome.batch
    ahead = draft.look_ahead(desk.session, batch)
    assert [(each.group.first, each.group.last, each.chosen, each.left_out) for each in ahead.splits] == [(1, 3, 1, 2)]
    batch.tie_reason = "Lives beside the shop."
    assert confirm(desk.session, desk.owner, batch.id, user_id=desk.anna.id).is_decided
    (kept,) = desk.decisions()
    assert (kept.in_split_tie, kept.tie_reason) == (True, "Lives beside the shop.")
    # The others of the group join her: nobody is left out any more. To decline one of them is a choice among equals.
    assert desk.decide([1, 2]).is_decided
    assert desk.decide([2], DECLINED).needs_tie_reason
    assert desk.decide([0, 1, 2], DECLINED).is_decided
    assert desk.decide([2], 0, Why(text="Was declined by mistake.")).is_decided


@SQLITE
def test_a_reason_is_demanded(desk: Desk) -> None:
    other = next(each for each in reasons_of(desk.session, desk.owner, "open") if each.needs_text)
    declining = reasons_of(desk.session, desk.owner, "declined")[0]
    for why in (Why(), Why(text="  "), Why(other.id), Why(declining.id), Why(uuid.uuid4())):
        with pytest.raises(Invalid):
            desk.decide([3], why=why)
    assert desk.decide([3], why=Why(reasons_of(desk.session, desk.owner, "open")[0].id)).is_decided
    assert desk.decide([4], why=Why(other.id, "Knows our customers.")).is_decided


@SQLITE
def test_the_later_of_two_sees_what_the_first_did(desk: Desk) -> None:
    chosen = [desk.people[3].id, desk.people[4].id]
    batch = draft.begin(desk.session, desk.owner, desk.vacancy.id, chosen, stage=1, user_id=desk.anna.id)
    draft.say_why(desk.session, batch, DECLINED, FIT)
    desk.decide([3], INTERVIEW, user=desk.boris)
    outcome = confirm(desk.session, desk.owner, batch.id, user_id=desk.anna.id)
    assert not outcome.is_decided
    assert outcome.changed == {"moved": 1}
    assert desk.stages() == [0, 0, 0, INTERVIEW, 0]
    assert confirm(desk.session, desk.owner, batch.id, user_id=desk.anna.id).is_decided
    assert desk.stages() == [0, 0, 0, DECLINED, DECLINED]
    assert [each.from_stage for each in desk.decisions() if each.to_stage == DECLINED] in ([0, 2], [2, 0])


@SQLITE
def test_who_withdraws_meanwhile_falls_out_and_is_told(desk: Desk) -> None:
    chosen = [each.id for each in desk.people[3:]]
    batch = draft.begin(desk.session, desk.owner, desk.vacancy.id, chosen, stage=1, user_id=desk.anna.id)
    draft.say_why(desk.session, batch, 1, FIT)
    desk.people[3].state = "withdrawn"
    desk.session.flush()
    assert confirm(desk.session, desk.owner, batch.id, user_id=desk.anna.id).changed == {"withdrawn": 1}
    assert confirm(desk.session, desk.owner, batch.id, user_id=desk.anna.id).is_decided
    assert desk.stages()[3:] == [0, 1]
    with pytest.raises(Invalid):
        desk.decide([3])


@SQLITE
def test_hr_undoes_too_and_nobody_after_a_day(desk: Desk, session: Session) -> None:
    first, second = desk.decide([3]).batch, desk.decide([4]).batch
    (one, other) = desk.decisions()
    assert undo_one(session, desk.owner, one.id, user_id=desk.hr.id).people == 1
    assert session.get_one(DecisionBatch, (desk.owner, first.id)).state == "undone"
    second.decided_at = now() - dt.timedelta(hours=24)
    session.flush()
    desk.decide([3])
    earlier = next(each for each in desk.decisions() if each.undone_at is None and each.id != other.id)
    desk.decide([3], INTERVIEW)
    with pytest.raises(Conflict, match="again meanwhile"):
        undo_one(session, desk.owner, earlier.id, user_id=desk.anna.id)
    for by in (desk.anna, desk.hr):
        with pytest.raises(Gone):
            undo_one(session, desk.owner, other.id, user_id=by.id)
    assert desk.stages()[3:] == [INTERVIEW, 1]


@SQLITE
def test_a_recorded_decision_shows_a_hidden_name_and_its_undoing_hides_it(session: Session) -> None:
    desk = Desk(session, blind=True)
    desk.decide([3], SHORTLISTED)
    assert desk.people[3].revealed_at is None
    batch = desk.decide([3], INTERVIEW).batch
    session.expire_all()
    assert desk.people[3].revealed_at == batch.decided_at
    assert undo_batch(session, desk.owner, batch.id, user_id=desk.anna.id).hidden_again == 1
    session.expire_all()
    assert desk.people[3].revealed_at is None
    assert [each.revealed for each in desk.decisions()] == [False, True]


@SQLITE
def test_nobody_decides_for_another_company_or_without_being_a_recruiter(desk: Desk, session: Session) -> None:
    stranger = Desk(session)
    with pytest.raises(Refused):
        desk.decide([3], user=desk.hr)
    desk.anna.active = False
    session.flush()
    with pytest.raises(Refused):
        desk.decide([3])
    batch = desk.decide([4], user=desk.boris).batch
    with pytest.raises(NotFound):
        undo_batch(session, stranger.owner, batch.id, user_id=stranger.hr.id)
    with pytest.raises(Invalid):
        decide(session, desk.owner, desk.vacancy.id, [stranger.people[0].id], 1, FIT, user_id=desk.boris.id)


@SQLITE
def test_what_nobody_confirms_is_forgotten_and_no_worker_carries_it_out(desk: Desk, session: Session) -> None:
    batch = desk.decide([0]).batch
    assert carry_on(session, batch) == 0
    assert desk.stages() == [0] * 5
    assert draft.forget_drafts(session) == 0
    batch.created_at = now() - dt.timedelta(days=2)
    session.flush()
    assert draft.forget_drafts(session) == 1
    assert session.scalar(select(func.count()).select_from(DecisionBatch)) == 0


@SQLITE
def test_the_file_of_a_person_holds_decisions_and_erasing_takes_them_along(
    desk: Desk, session: Session, settings: Settings
) -> None:
    batch = desk.decide([3, 4], DECLINED).batch
    told = export_person(session, desk.owner, desk.people[3].id, "en", settings.secret_key)["decisions"]
    assert [(each["to"], each["reason_in_words"]) for each in told] == [("Not chosen", FIT.text)]
    assert "seen_by_the_decider" not in told[0], "the result is told when the vacancy has closed"
    assert desk.anna.name not in str(told)
    desk.vacancy.state, desk.vacancy.closed_at = "closed", now()
    session.flush()
    told = export_person(session, desk.owner, desk.people[3].id, "lt", settings.secret_key)["decisions"]
    assert (told[0]["to"], told[0]["seen_by_the_decider"]["place"]) == ("Nepasirinkti", 4)
    erase_applicants(session, desk.owner, [desk.people[3].id, desk.people[4].id], settings, "asked")
    assert session.scalar(select(func.count()).select_from(Decision)) == 0
    session.refresh(batch)
    assert (batch.people, batch.text, batch.tie_reason) == (2, "", "")
