"""Any stored score is computed again from what is stored; what was tampered with is told apart."""

from __future__ import annotations

import hashlib
import uuid
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models import training
from models.registry import pack
from tests.databases import SQLITE
from tests.factories import submitted
from tests.factories.promotions import INSTRUMENT, House
from tests.factories.signing import sign_in
from webapp.commands import replay as command
from webapp.errors import NotFound
from webapp.records import Answer, AnswerRevision, ModelVersion, Score, Sitting
from webapp.records.base import now
from webapp.services.install_company import add_model
from webapp.services.promotion.replay_score import look_again, replay_score
from webapp.services.promotion.stop_scores import stop_scores
from webapp.services.rescoring.write_scores import score_everybody


class Scored(House):
    """The house with one applicant whom a trained model has scored."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.trained = add_model(session, self.asked, "A", submitted.trained_model(60))
        self.vacancy.model_version_id = self.trained.id
        (person,) = self.applicants(1)
        self.score = session.scalars(select(Score).where(Score.applicant_id == person.id)).one()
        self.sitting = session.get_one(Sitting, (self.owner, self.score.sitting_id))
        session.commit()

    def outcome(self) -> str:
        self.session.commit()
        return look_again(self.session, self.owner, self.score.id).outcome

    def answer(self) -> Answer:
        query = select(Answer).where(Answer.sitting_id == self.sitting.id).order_by(Answer.item_id)
        return self.session.scalars(query.limit(1)).one()


@pytest.fixture
def house(session: Session) -> Scored:
    return Scored(session)


def test_a_score_replays_to_the_last_bit(house: Scored) -> None:
    """On both databases: every figure came back from the database as it went in."""
    found = replay_score(house.session, house.owner, house.score.id, user_id=house.ona.id)
    house.session.commit()
    assert (found.outcome, found.notes) == ("same", ())
    assert found.now.stored == found.now.again
    assert found.now.stored["p_top_third"] is not None
    (event,) = house.events("score.replayed")
    assert (event.user_id, event.subject_id) == (house.ona.id, house.score.id)
    with pytest.raises(NotFound):
        look_again(house.session, uuid.uuid4(), house.score.id)


@SQLITE
@pytest.mark.parametrize(("change", "outcome"), [(1e-12, "last_digits"), (0.1, "differs")])
def test_a_stored_figure_that_was_changed_is_found(house: Scored, change: float, outcome: str) -> None:
    assert house.score.score is not None
    house.score.score += change
    assert house.outcome() == outcome


@SQLITE
def test_an_answer_that_was_changed_is_told_from_one_that_was_acknowledged(house: Scored) -> None:
    answer = house.answer()
    before, after = dict(answer.value or {}), dict(answer.value or {})
    after["best"], after["worst"] = before["worst"], before["best"]
    answer.value = after
    assert house.outcome() == "answers_changed"
    rows = house.session.scalars(select(Answer).where(Answer.sitting_id == house.sitting.id)).all()
    house.session.add_all(
        AnswerRevision(
            organisation_id=house.owner,
            sitting_id=house.sitting.id,
            item_id=row.item_id,
            revision=1,
            value=before if row.item_id == answer.item_id else row.value,
            language="en",
            saved_at=house.sitting.submitted_at or now(),
            positions=[],
        )
        for row in rows
    )
    house.session.commit()
    found = look_again(house.session, house.owner, house.score.id)
    assert (found.outcome, found.notes, found.changed) == ("same", ("answers_later",), (answer.item_id,))


@SQLITE
def test_a_changed_and_a_replaced_artefact_are_told_apart(house: Scored) -> None:
    stored = house.session.scalars(select(ModelVersion.artefact).where(ModelVersion.id == house.trained.id)).one()
    here = update(ModelVersion).where(ModelVersion.id == house.trained.id)
    house.session.execute(here.values(artefact=stored[:-1] + bytes([stored[-1] ^ 1])))
    assert house.outcome() == "artefact_changed"
    other = pack(training.key_only(INSTRUMENT, form_id="A"))
    house.session.execute(here.values(artefact=other, artefact_sha256=hashlib.sha256(other).hexdigest()))
    assert house.outcome() == "artefact_replaced"


@SQLITE
def test_questions_and_wording_of_the_score_are_those_of_the_model(house: Scored) -> None:
    house.score.texts_identity = "0" * 64
    assert house.outcome() == "other_texts"
    house.score.scoring_identity = "0" * 64
    assert house.outcome() == "other_questions"


@SQLITE
def test_a_score_with_a_question_left_out_replays_without_it(house: Scored) -> None:
    house.sitting.not_asked = [house.answer().item_id]
    assert look_again(house.session, house.owner, house.score.id).notes == ("set_aside",)
    house.session.delete(house.score)
    house.session.flush()
    score_everybody(house.session, house.owner, house.vacancy.id, house.trained.id)
    house.score = house.session.scalars(select(Score).where(Score.sitting_id == house.sitting.id)).one()
    assert house.score.left_out == house.sitting.not_asked
    assert house.outcome() == "same"
    assert look_again(house.session, house.owner, house.score.id).notes == ()


@SQLITE
def test_the_page_tells_figures_unless_they_are_stopped(client: FlaskClient, house: Scored) -> None:
    sign_in(client, house.ona)
    address = f"/hr/models/scores/{house.score.id}"
    assert "replays to the last bit" not in client.get(address).get_data(as_text=True)
    page = client.send(f"{address}/check").get_data(as_text=True)  # type: ignore[attr-defined]
    assert "replays to the last bit" in page
    assert repr(house.score.score) in page
    stop_scores(house.session, house.owner, "A reason.", house.jonas.id)
    house.session.commit()
    page = client.send(f"{address}/check").get_data(as_text=True)  # type: ignore[attr-defined]
    assert "replays to the last bit" in page
    assert repr(house.score.score) not in page


@SQLITE
def test_the_command_replays_a_vacancy(house: Scored, monkeypatch: pytest.MonkeyPatch, own_folder: Path) -> None:
    from contextlib import nullcontext

    monkeypatch.setattr(command, "site_scope", lambda: nullcontext(house.session))
    vacancy, score = str(house.vacancy.id), str(house.score.id)
    organisation = ["--organisation", house.organisation.name]
    done = CliRunner().invoke(command.replay, ["--vacancy", vacancy, *organisation])
    assert (done.exit_code, done.output.split()[:1]) == (0, ["1"])
    row = house.session.get_one(Score, (house.owner, uuid.UUID(score)))
    row.key_total = 0.0
    house.session.commit()
    done = CliRunner().invoke(command.replay, ["--score", score, *organisation])
    assert done.exit_code == 1
    assert score in done.output
    assert CliRunner().invoke(command.replay, []).exit_code == 2
