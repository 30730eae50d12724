"""Imports: counted before, written whole or not at all, undone while nothing was learned from them."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from questionnaires import shelf
from tests.factories import people, training
from tests.factories.imports import RATINGS, STAFF, House, answers_file, counts
from webapp.errors import Conflict, NotFound
from webapp.records import (
    Answer,
    AnswerRevision,
    Event,
    ModelVersion,
    Rating,
    Sitting,
    StaffMember,
    Unit,
)
from webapp.records.base import now
from webapp.services import import_tables
from webapp.services.training_data import newest_ratings


@pytest.fixture
def house(session: Session) -> House:
    return House(session)


def test_a_preview_writes_nothing(house: House) -> None:
    batch = house.preview("staff", STAFF)
    assert counts(batch) == (2, 0, 0)
    assert batch.state == "previewed"
    assert batch.options["sample"]["rows"][0][:3] == [2, "007", "Ona"]
    assert house.count(StaffMember) == 0


def test_staff_are_added_and_changed_and_never_removed(house: House) -> None:
    house.bring("staff", STAFF)
    members = {row.code: row for row in house.session.scalars(select(StaffMember))}
    assert members["007"].name == "Ona"
    assert house.count(Unit) == 1
    second = house.preview("staff", "code;unit;email\n007;Sales;\n008;;\n009;Sales;\n")
    assert counts(second) == (1, 1, 1)
    house.confirm(second)
    house.session.expire_all()
    members = {row.code: row for row in house.session.scalars(select(StaffMember))}
    assert set(members) == {"007", "008", "009"}
    assert members["007"].unit is not None
    assert (members["007"].unit.name, members["007"].name, members["007"].email) == ("Sales", "Ona", "ona@example.org")


def test_the_file_and_its_cells_are_dropped_after_the_decision(house: House) -> None:
    batch = house.bring("staff", STAFF)
    assert (batch.content, batch.state, batch.options.get("sample")) == (None, "imported", None)
    aside = house.preview("staff", STAFF)
    import_tables.discard_import(house.session, house.organisation.id, aside.id)
    assert (aside.content, aside.state, aside.options.get("sample")) == (None, "discarded", None)


def test_the_same_file_again_is_told(house: House) -> None:
    house.bring("staff", STAFF)
    again = house.preview("staff", STAFF)
    assert again.options["twin"]
    assert counts(again) == (0, 0, 2)


def test_ratings_are_marked_as_known_to_hr(house: House) -> None:
    house.bring("staff", STAFF)
    house.bring("ratings", RATINGS)
    rows = house.session.scalars(select(Rating)).all()
    assert [(row.known_to_hr, row.source, row.scale_min, row.scale_max) for row in rows] == [
        (True, "imported", 1.0, 5.0)
    ] * 2


def test_newer_ratings_replace_what_they_repeat(house: House) -> None:
    house.bring("staff", STAFF)
    house.bring("ratings", RATINGS)
    second = house.preview("ratings", "ratee,rater,rating\n007,008,5\n008,007,3\n008,x,1\n")
    assert counts(second) == (1, 1, 1)
    house.confirm(second)
    now_counts = sorted(row.value for row in newest_ratings(house.session, house.organisation.id))
    assert now_counts == [1.0, 3.0, 5.0]
    assert house.count(Rating) == 4


def test_ratings_without_raters_are_replaced_together(house: House) -> None:
    house.bring("staff", STAFF)
    anonymous = "ratee,rating\n007,4\n007,2\n"
    house.bring("ratings", anonymous)
    assert counts(house.preview("ratings", anonymous + "\n")) == (0, 0, 2)
    house.bring("ratings", "ratee,rating\n007,5\n")
    assert [row.value for row in newest_ratings(house.session, house.organisation.id)] == [5.0]


def test_answers_become_submitted_sittings_with_their_history(house: House) -> None:
    batch = house.preview("answers", answers_file("007", "new person"))
    assert batch.options["summary"]["notes"]["new_staff"] == 2
    house.confirm(batch)
    sittings = house.session.scalars(select(Sitting)).all()
    assert {(row.state, row.form, row.batch_id) for row in sittings} == {("submitted", "A", batch.id)}
    items = len(shelf.get(training.INSTRUMENT).items_of("A"))
    assert house.count(Answer) == house.count(AnswerRevision) == 2 * items
    assert house.session.scalars(select(Answer)).first().value == {"best": "a", "worst": "b"}  # type: ignore[union-attr]


def test_changed_answers_stand_beside_the_old_ones(house: House) -> None:
    house.bring("answers", answers_file("007", "008"))
    second = house.preview("answers", answers_file("007", best="b", worst="c") + "\n")
    assert counts(second) == (0, 1, 0)
    house.confirm(second)
    assert house.count(Sitting) == 3
    import_tables.undo_import(house.session, house.organisation.id, second.id, house.hr.id)
    house.session.commit()
    assert house.count(Sitting) == 2
    assert counts(house.preview("answers", answers_file("007", "008"))) == (0, 0, 2)


def test_undo_is_refused_once_a_model_has_learned(house: House) -> None:
    house.bring("staff", STAFF)
    batch = house.bring("ratings", RATINGS)
    assert import_tables.can_undo(house.session, batch)
    house.session.add(
        ModelVersion(
            organisation_id=house.organisation.id,
            number=99,
            questionnaire_id=house.questionnaire.id,
            form="A",
            kind="trained",
            artefact=b"",
            artefact_sha256="",
            created_at=now(),
        )
    )
    house.session.commit()
    with pytest.raises(Conflict):
        import_tables.undo_import(house.session, house.organisation.id, batch.id, house.hr.id)
    assert house.count(Rating) == 2


def test_undone_ratings_are_gone(house: House) -> None:
    house.bring("staff", STAFF)
    batch = house.bring("ratings", RATINGS)
    import_tables.undo_import(house.session, house.organisation.id, batch.id, house.hr.id)
    house.session.commit()
    assert house.count(Rating) == 0
    assert [row.action for row in house.session.scalars(select(Event).where(Event.action == "import.undone"))]


def test_a_second_confirmation_changes_nothing(house: House) -> None:
    batch = house.bring("staff", STAFF)
    with pytest.raises(Conflict):
        import_tables.confirm_import(house.session, house.organisation.id, batch.id, house.hr.id)
    assert house.count(StaffMember) == 2


def test_what_changed_since_the_preview_is_noticed(house: House) -> None:
    house.bring("staff", STAFF)
    batch = house.preview("ratings", RATINGS)
    house.session.delete(house.session.scalars(select(StaffMember).where(StaffMember.code == "008")).one())
    house.session.commit()
    with pytest.raises(Conflict):
        import_tables.confirm_import(house.session, house.organisation.id, batch.id, house.hr.id)
    house.session.rollback()
    assert house.count(Rating) == 0


def test_another_companys_file_is_not_there(house: House, session: Session) -> None:
    batch = house.preview("staff", STAFF)
    theirs = people.organisation(session)
    with pytest.raises(NotFound):
        import_tables.confirm_import(session, theirs.id, batch.id, house.hr.id)
