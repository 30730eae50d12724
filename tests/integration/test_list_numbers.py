"""Whatever happens to people and their scores, in whichever order: kept numbers are what one finds by counting."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import item_desk
from tests.factories.item_desk import Desk
from webapp.config import Settings
from webapp.records import Applicant, Job, ListState, Score, Sitting
from webapp.services.adjustments.change_time import Given, reopen_sitting
from webapp.services.erasure.erase_applicants import erase_applicants
from webapp.services.install_company import add_model
from webapp.services.job_progress import finish_job
from webapp.services.rescoring.move_vacancy import MOVED, move_vacancy
from webapp.services.rescoring.whom import Target
from webapp.services.rights.withdraw_application import undo_withdrawal, withdraw_application
from webapp.services.score_sitting import score_sitting
from webapp.services.serving_model import serving_model
from webapp.services.shortlist import stretches, take_in
from webapp.services.shortlist.bring_up import bring_up, is_behind
from webapp.services.shortlist.counts_agree import counts_agree
from webapp.services.shortlist.leave import change_stage
from webapp.services.shortlist.numbers import numbers_on
from webapp.services.shortlist.open_list import open_list
from webapp.services.shortlist.take_in import number_waiting


class Play:
    """One vacancy, and all that can happen to it."""

    def __init__(self, session: Session, settings: Settings, seed: int) -> None:
        self.session, self.settings, self.chance = session, settings, random.Random(seed)
        self.desk: Desk = item_desk.desk(session, trained=False)
        self.vacancy = self.desk.vacancy()
        self.aside = iter(self.desk.items)
        self.arrive()

    def arrive(self) -> None:
        for score in self.desk.sent(self.vacancy, self.chance.randrange(1, 5), self.chance.choice(("lt", "en", "ru"))):
            # The simulated staff answer alike again and again; their points differ here as those of others would.
            score.score = score.key_total = round(self.chance.random(), 2)
            score.flags = self.chance.choice(([], ["speed"]))
            score.model_version_id = self.vacancy.model_version_id

    def open(self) -> None:
        if is_behind(self.session, self.vacancy):
            bring_up(self.session, self.vacancy.organisation_id, self.vacancy.id)

    def withdraw(self) -> None:
        if sitting := self.one("done"):
            withdraw_application(self.session, self.desk.owner, sitting.id)

    def undo(self) -> None:
        if sitting := self.one("withdrawn"):
            undo_withdrawal(self.session, self.desk.owner, sitting.id)

    def reopen(self) -> None:
        if sitting := self.one("done"):
            reopen_sitting(self.session, self.desk.owner, sitting.id, Given(0, "a power cut"), self.desk.hr.id)

    def erase(self) -> None:
        if sitting := self.one("done", "withdrawn"):
            assert sitting.applicant_id
            erase_applicants(self.session, self.desk.owner, [sitting.applicant_id], self.settings, "retention")

    def decide(self) -> None:
        people = self.session.scalars(select(Applicant.id).order_by(Applicant.id)).all()
        some = self.chance.sample(people, min(3, len(people)))
        change_stage(self.session, self.desk.owner, some, self.chance.randrange(6))

    def score_one_again(self) -> None:
        if sitting := self.one("done"):
            applicant = self.session.get_one(Applicant, (self.desk.owner, sitting.applicant_id))
            version = self.vacancy.model_version_id
            model = serving_model(self.session, self.desk.owner, version)
            score_sitting(self.session, sitting, applicant, version, model)

    def set_aside(self) -> None:
        before = open_list(self.session, self.vacancy, size=1).after
        job = self.desk.rescore(self.desk.set_aside(next(self.aside), self.chance.choice(("lt", "en", "ru"))))
        if job.result["changed"]:
            self.check_whole()
        if before and job.result["changed"]:
            assert open_list(self.session, self.vacancy, size=1, here=before).outdated

    def move(self) -> None:
        owner = self.desk.owner
        same = serving_model(self.session, owner, self.vacancy.model_version_id)
        new = add_model(self.session, self.desk.asked, "A", same)
        job = Job(organisation_id=owner, kind="rescore", parameters={"model_version_id": str(new.id)})
        self.session.add(job)
        self.session.flush()
        assert move_vacancy(self.session, Target(owner, self.vacancy.id, new.id), job) == MOVED
        self.check_whole()
        finish_job(self.session, job)

    def check_whole(self) -> None:
        """Nobody ever sees half a list that was scored again."""
        assert number_waiting(self.session, self.vacancy) == 0

    def one(self, *states: str) -> Sitting | None:
        found = self.session.scalars(
            select(Sitting)
            .join(Applicant, Applicant.id == Sitting.applicant_id)
            .where(Applicant.state.in_(states), Sitting.state == "submitted")
            .order_by(Sitting.id)
        ).all()
        return self.chance.choice(found) if found else None

    @property
    def lists(self) -> list[ListState]:
        return list(self.session.scalars(select(ListState)))

    def truth(self) -> list[tuple[float, object]]:
        """Who is to stand on the list, and with which points, from the top."""
        rows = self.session.execute(
            select(Score.score, Score.id)
            .join(Applicant, Applicant.id == Score.applicant_id)
            .where(
                Score.model_version_id == self.vacancy.model_version_id,
                Score.score.is_not(None),
                Applicant.state == "done",
            )
        ).all()
        return sorted(((row.score, row.id) for row in rows), key=lambda row: (-row[0], row[1]))

    def read(self) -> None:
        """Page by page, everybody is there once, each in the right place."""
        page = open_list(self.session, self.vacancy, size=4)
        rows, first = list(page.rows), page
        while page.after:
            page = open_list(self.session, self.vacancy, size=4, here=page.after)
            rows += page.rows
        truth = self.truth()
        assert [(row.score, row.score_id) for row in rows] == truth
        assert [row.place for row in rows] == [1 + sum(score > row.score for score, _id in truth) for row in rows]
        assert first.all == first.found == len(truth)


STEPS: tuple[Callable[[Play], None], ...] = (
    Play.arrive,
    Play.arrive,
    Play.arrive,
    Play.open,
    Play.withdraw,
    Play.undo,
    Play.reopen,
    Play.erase,
    Play.decide,
    Play.decide,
    Play.score_one_again,
    Play.set_aside,
    Play.move,
)


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stretches of three people, so that a short list has several and draws them anew."""
    monkeypatch.setattr(stretches, "WIDE", 3)
    monkeypatch.setattr(take_in, "TOO_WIDE", 9)


@pytest.mark.usefixtures("narrow")
@pytest.mark.parametrize("seed", [1])
def test_kept_numbers_agree_after_anything(session: Session, settings: Settings, seed: int) -> None:
    play = Play(session, settings, seed)
    steps = 3 * list(STEPS)
    play.chance.shuffle(steps)
    for step in steps:
        step(play)
        session.flush()
        assert all(counts_agree(session, state) for state in play.lists), step.__name__
        play.open()
        assert all(counts_agree(session, state) for state in play.lists), step.__name__
        play.read()


def test_numbers_of_a_change_that_came_to_nothing_are_forgotten(session: Session, settings: Settings) -> None:
    play = Play(session, settings, 3)
    play.open()
    session.commit()
    (state,) = play.lists
    before = numbers_on(session, state)
    assert numbers_on(session, state) is before, "read once"
    play.decide()
    session.flush()
    assert numbers_on(session, state).by_cell != before.by_cell
    session.rollback()
    assert numbers_on(session, state).by_cell == before.by_cell
    play.decide()
    session.commit()
    assert counts_agree(session, state)
