"""A question set aside in one language: who is asked, who is scored again, what is kept, and the way back."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from questionnaires.answers import AnswerSheet
from tests.databases import SQLITE
from tests.factories import item_desk
from tests.factories.item_desk import Desk
from tests.factories.sittings import invited, walk_in
from webapp.candidate.presenting import enough
from webapp.errors import Conflict, Invalid, NotFound
from webapp.records import Applicant, Event, ItemSetAside, Job, Score, ScoreChange, Sitting
from webapp.records.base import now
from webapp.services.acknowledge import receipt_lines
from webapp.services.feedback.explain_result import explain_result
from webapp.services.feedback.read_feedback import read_feedback
from webapp.services.install_company import add_model
from webapp.services.items import rescore
from webapp.services.items.left_out import items_left_out
from webapp.services.items.set_aside import NotSure, Why, bring_back, score_again, set_aside
from webapp.services.job_progress import find_job, finish_job
from webapp.services.read_sitting import read_sitting
from webapp.services.rights.hanging_rows import hanging_tables
from webapp.services.save_answer import save_durably
from webapp.services.saving.given import GivenAnswer
from webapp.services.score_sitting import FIGURES, saved_answers, score_of, score_sitting
from webapp.services.serving_model import serving_model
from webapp.services.vacancy_state import change_state


@pytest.fixture
def desk(session: Session) -> Desk:
    """By the key alone: what matters is who is scored again."""
    return item_desk.desk(session, trained=False)


@pytest.fixture
def learned(session: Session) -> Desk:
    """With a trained model: what matters are the figures."""
    return item_desk.desk(session)


def figures(score: Score) -> dict[str, Any]:
    return rescore.as_it_is(score)


def ended(desk: Desk) -> None:
    for job in desk.session.scalars(select(Job).where(Job.state.in_(("queued", "running")))):
        finish_job(desk.session, job)


def test_open_vacancies_are_scored_again_and_nothing_is_lost(learned: Desk) -> None:
    """On both databases: figures go through JSON and back without losing a bit."""
    place, shut = learned.vacancy(), learned.vacancy(state="closed", closed_at=now())
    theirs, others, closed = learned.sent(place, 3, "lt"), learned.sent(place, 2, "en"), learned.sent(shut, 2, "lt")
    before = {score.id: figures(score) for score in (*theirs, *others, *closed)}
    item = learned.items[2]
    job = learned.rescore(learned.set_aside(item))
    learned.session.commit()
    learned.session.expire_all()
    assert [figures(score) for score in (*others, *closed)] == [before[score.id] for score in (*others, *closed)]
    for score in theirs:
        change = learned.session.scalars(select(ScoreChange).where(ScoreChange.score_id == score.id)).one()
        assert change.before == before[score.id]
        assert change.after == figures(score) != before[score.id]
        assert score.left_out == [item]
        assert score.upper_90 - score.lower_90 >= before[score.id]["upper_90"] - before[score.id]["lower_90"]
    assert job.result["changed"] == job.result["people"] == 3
    assert job.result["score_most"] > 0


@SQLITE
def test_people_are_told_once_by_the_model_that_their_vacancy_is_on(learned: Desk) -> None:
    place = learned.vacancy()
    theirs = learned.sent(place, 3, "lt")
    learned.version.state = "retired"
    other = add_model(learned.session, learned.asked, "A", item_desk.learned(), state="serving")
    model = serving_model(learned.session, learned.owner, other.id)
    for score in theirs:
        sitting = learned.session.get_one(Sitting, (learned.owner, score.sitting_id))
        applicant = learned.session.get_one(Applicant, (learned.owner, score.applicant_id))
        score_sitting(learned.session, sitting, applicant, other.id, model)
    place.model_version_id = other.id
    job = learned.rescore(learned.set_aside(learned.items[2]))
    told = learned.session.scalars(select(Event).where(Event.action == "vacancy.scored_again")).one()
    assert (job.result["changed"], job.result["people"], job.result["elsewhere"]) == (3, 3, 3)
    assert told.detail["number"] == 3


@SQLITE
def test_a_score_replays_from_answers_model_form_and_what_is_left_out(learned: Desk) -> None:
    (score,) = learned.sent(learned.vacancy(), 1, "lt")
    learned.rescore(learned.set_aside(learned.items[4]))
    sitting = learned.session.get_one(Sitting, (learned.owner, score.sitting_id))
    sheet = AnswerSheet(str(sitting.id), saved_answers(learned.session, sitting), language="lt")
    model = serving_model(learned.session, learned.owner, score.model_version_id)
    again = score_of(model, sheet, sitting.form, score.left_out)
    assert {name: getattr(again, name) for name in FIGURES} == {name: getattr(score, name) for name in FIGURES}
    assert items_left_out(learned.session, sitting) == score.left_out


@SQLITE
def test_feedback_and_explanation_leave_it_out_too(learned: Desk) -> None:
    place = learned.vacancy()
    (score,) = learned.sent(place, 1, "lt")
    item = learned.items[4]
    learned.rescore(learned.set_aside(item))
    place.state, place.closed_at = "closed", now()
    learned.session.flush()
    view = read_sitting(learned.session, learned.owner, score.sitting_id)
    facet = next(each.facet for each in view.items if each.id == item)
    name = view.questionnaire.facet_names[facet]["en"]
    page = read_feedback(learned.session, view, "en")
    assert name in {topic.name for topic in page.untold}
    told = explain_result(learned.session, view, "en")
    assert item not in {each for group in told.told.groups for each in group.items}
    sitting = learned.session.get_one(Sitting, (learned.owner, score.sitting_id))
    assert answer_of(learned, sitting, item) is not None, "what was answered is kept"


def answer_of(desk: Desk, sitting: Sitting, item: str) -> Any:
    return saved_answers(desk.session, sitting).get(item)


@SQLITE
def test_bringing_back_restores_every_score_to_the_bit(learned: Desk) -> None:
    scores = learned.sent(learned.vacancy(), 3, "lt")
    before = [figures(score) for score in scores]
    learned.rescore(learned.set_aside(learned.items[2]))
    row = learned.session.scalars(select(ItemSetAside)).one()
    bring_back(learned.session, learned.owner, row.id, learned.hr.id)
    learned.rescore(learned.newest_job())
    assert [figures(score) for score in scores] == before
    assert learned.session.scalar(select(func.count()).select_from(ScoreChange)) == 6
    with pytest.raises(Conflict):
        bring_back(learned.session, learned.owner, row.id, learned.hr.id)
    actions = learned.session.scalars(select(Event.action).where(Event.subject == "item_set_aside")).all()
    assert sorted(actions) == ["item.brought_back", "item.set_aside"]


@SQLITE
def test_a_candidate_in_the_language_is_not_asked_and_one_in_another_is(client: FlaskClient, session: Session) -> None:
    desk = item_desk.desk(session, trained=False)
    place = desk.vacancy()
    item = desk.items[0]
    running = walk_in(client, invited(session, place), "lt")
    desk.set_aside(item)
    session.commit()
    asked = len(desk.items)
    for language, first, total in (("lt", desk.items[1], asked - 1), ("en", item, asked)):
        base = walk_in(client, invited(session, place), language)
        page = client.get(f"{base}/question/1").get_data(as_text=True)
        assert f'data-item="{first}"' in page
        assert client.get(f"{base}/question/{total}").status_code == 200
        assert client.get(f"{base}/question/{total + 1}").status_code == 404
        assert client.get(f"{base}/review").get_data(as_text=True).count("/question/") >= total
        view = read_sitting(session, desk.owner, uuid.UUID(base.rsplit("/", 1)[1]))
        lines = receipt_lines(session, desk.owner, view.sitting.id, "test-secret")
        assert view.total == total == len(lines)
    assert f'data-item="{item}"' in client.get(f"{running}/question/1").get_data(as_text=True), "numbers stand"
    check_door(
        desk, session.scalars(select(Sitting).where(Sitting.language == "lt").order_by(Sitting.id.desc())).first()
    )


def check_door(desk: Desk, sitting: Sitting | None) -> None:
    """What is not asked is not taken; a result needs four fifths of what is."""
    assert sitting is not None
    (item,) = sitting.not_asked
    question = item_desk.shelf.get(item_desk.companies.INSTRUMENT).items_of("A")[0]
    best, worst = question.option_ids[:2]
    with pytest.raises(Invalid):
        save_durably(desk.owner, sitting.id, GivenAnswer(item, {"best": best, "worst": worst}, 0))
    view = read_sitting(desk.session, desk.owner, sitting.id)
    assert enough(view, items_left_out(desk.session, sitting)) == -(-(len(desk.items) - 1) * 4 // 5)


@SQLITE
def test_who_was_not_asked_stays_without_it_when_it_comes_back(desk: Desk) -> None:
    item = desk.items[1]
    desk.set_aside(item)
    ended(desk)
    (score,) = desk.sent(desk.vacancy(), 1, "lt")
    sitting = desk.session.get_one(Sitting, (desk.owner, score.sitting_id))
    sitting.not_asked = [item]
    bring_back(desk.session, desk.owner, desk.session.scalars(select(ItemSetAside.id)).one(), desk.hr.id)
    assert items_left_out(desk.session, sitting) == [item]
    desk.rescore(desk.newest_job())
    assert score.left_out == [item]


@SQLITE
def test_a_killed_rescoring_goes_on_and_scores_everybody_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed after a chunk, and after the first of two lists: what was committed is passed over."""
    monkeypatch.setattr(rescore, "CHUNK", 2)
    one, two = desk.vacancy(), desk.vacancy(title="Cashier")
    scores = [*desk.sent(one, 3, "lt"), *desk.sent(two, 2, "lt")]
    job = desk.set_aside(desk.items[3])
    rescore.work_out_chunk(desk.session, job)
    desk.session.commit()
    rescore.work_out_chunk(desk.session, job)
    desk.session.rollback()
    desk.work_out(job)
    first, second = rescore.waiting_vacancies(desk.session, job)
    assert rescore.change_list(desk.session, job, first) == 3
    desk.session.commit()
    assert rescore.waiting_vacancies(desk.session, job) == [second]
    assert rescore.change_list(desk.session, job, first) == 0
    assert rescore.change_list(desk.session, job, second) == 2
    changes = desk.session.scalars(select(ScoreChange)).all()
    assert sorted(change.score_id for change in changes) == sorted(score.id for score in scores)
    told = select(func.count()).select_from(Event).where(Event.action == "score.set_aside")
    assert desk.session.scalar(told) == 5


@SQLITE
def test_a_cancelled_rescoring_leaves_nothing_and_can_be_done_again(desk: Desk) -> None:
    scores = desk.sent(desk.vacancy(), 3, "lt")
    before = [figures(score) for score in scores]
    job = desk.set_aside(desk.items[3])
    desk.work_out(job)
    rescore.discard(desk.session, desk.owner, job.id)
    job.state = "cancelled"
    desk.session.flush()
    assert [figures(score) for score in scores] == before
    assert desk.session.scalars(select(ScoreChange)).all() == []
    row = desk.session.scalars(select(ItemSetAside)).one()
    again = score_again(desk.session, desk.owner, row.id, desk.hr.id)
    assert desk.rescore(again).result["changed"] == 3


@SQLITE
def test_a_vacancy_closed_meanwhile_stays_as_it_was_until_it_opens_again(desk: Desk) -> None:
    place = desk.vacancy()
    (score,) = desk.sent(place, 1, "lt")
    before = figures(score)
    job = desk.set_aside(desk.items[3])
    desk.work_out(job)
    place.state, place.closed_at = "closed", now()
    assert rescore.change_list(desk.session, job, place.id) == 0
    assert figures(score) == before
    finish_job(desk.session, job)
    change_state(desk.session, desk.owner, place.id, "reopened", desk.hr.id)
    assert desk.rescore(desk.newest_job()).result["changed"] == 1
    assert score.left_out == [desk.items[3]]


@SQLITE
def test_what_cannot_be_set_aside(desk: Desk) -> None:
    item, why = desk.items[0], Why(desk.hr.id, "translation")
    paper, other = (desk.owner, desk.questionnaire_id), item_desk.desk(desk.session, trained=False)
    with pytest.raises(NotFound):
        set_aside(desk.session, *paper, "no-such-item", "lt", why)
    with pytest.raises(NotFound):
        set_aside(desk.session, *paper, item, "de", why)
    with pytest.raises(NotFound):
        set_aside(desk.session, other.owner, desk.questionnaire_id, item, "lt", why)
    with pytest.raises(NotFound):
        set_aside(desk.session, desk.owner, uuid.uuid4(), item, "lt", why)
    for reason, note in (("because", ""), ("other", ""), ("other", "short"), ("translation", "x" * 1001)):
        with pytest.raises(Invalid):
            set_aside(desk.session, *paper, item, "lt", Why(desk.hr.id, reason, note))
    desk.set_aside(item)
    with pytest.raises(Conflict, match="already"):
        desk.set_aside(item)
    with pytest.raises(Conflict, match="scored again just now"):
        desk.set_aside(desk.items[1])
    ended(desk)
    desk.set_aside(item, "ru")


@SQLITE
def test_below_four_fifths_nothing_more_is_set_aside_and_the_last_of_a_facet_asks(desk: Desk) -> None:
    definition = item_desk.shelf.get(item_desk.companies.INSTRUMENT)
    items = definition.items_of("A")
    facet = items[0].facet
    of_facet = [item.id for item in items if item.facet == facet]
    gone = of_facet[:-1]
    for item_id in gone:
        desk.set_aside(item_id)
        ended(desk)
    with pytest.raises(NotSure):
        desk.set_aside(of_facet[-1])
    desk.set_aside(of_facet[-1], sure=True)
    ended(desk)
    rest = [item.id for item in items if item.facet != facet]
    allowed = len(items) - -(-len(items) * 4 // 5) - len(of_facet)
    for item_id in rest[:allowed]:
        desk.set_aside(item_id, sure=True)
        ended(desk)
    with pytest.raises(Conflict, match="80 % of"):
        desk.set_aside(rest[allowed], sure=True)


@SQLITE
def test_two_who_press_together_set_it_aside_once(desk: Desk) -> None:
    desk.set_aside(desk.items[0])
    desk.session.commit()
    twice = ItemSetAside(
        organisation_id=desk.owner,
        questionnaire_id=desk.questionnaire_id,
        item_id=desk.items[0],
        language="lt",
        reason="other",
        set_by=desk.hr.id,
        set_at=now(),
    )
    desk.session.add(twice)
    with pytest.raises(IntegrityError):
        desk.session.flush()
    desk.session.rollback()


@SQLITE
def test_who_sends_meanwhile_is_scored_without_it_at_once(desk: Desk) -> None:
    place = desk.vacancy()
    job = desk.set_aside(desk.items[0])
    (score,) = desk.sent(place, 1, "lt")
    assert score.left_out == [desk.items[0]]
    assert desk.rescore(job).result["changed"] == 0


def test_changes_go_with_the_person() -> None:
    assert "score_change" in {table.name for table in hanging_tables()}


@SQLITE
def test_scoring_twice_gives_the_same_row(desk: Desk) -> None:
    (score,) = desk.sent(desk.vacancy(), 1, "lt")
    desk.rescore(desk.set_aside(desk.items[0]))
    before = figures(score)
    sitting = desk.session.get_one(Sitting, (desk.owner, score.sitting_id))
    model = serving_model(desk.session, desk.owner, score.model_version_id)
    again = score_sitting(desk.session, sitting, sitting.applicant, score.model_version_id, model)
    assert again.id == score.id
    assert figures(again) == before


@SQLITE
def test_the_job_is_asked_for_by_its_topic(desk: Desk) -> None:
    job = desk.set_aside(desk.items[0])
    assert desk.topics() == ["job.items_rescore"]
    assert find_job(desk.session, desk.owner, job.id).kind == "items_rescore"
