"""Erasing a member of staff: nothing names the person anywhere, nothing dangles, and the log still has its rows."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.databases import SQLITE
from tests.factories import erasing
from tests.factories.erasing import CODE, EMAIL, NAME, NOTE, TEXTS, Somebody
from webapp.config import Settings
from webapp.errors import Conflict, Invalid, NotFound
from webapp.extensions import db
from webapp.records import (
    Applicant,
    Base,
    Erasure,
    Event,
    ImportBatch,
    Organisation,
    PanelExpert,
    Rating,
    RatingRound,
    StaffMember,
    Tombstone,
    VoiceNote,
)
from webapp.services.deliver_mail import lay_down
from webapp.services.erasure.erase_staff import erase_staff
from webapp.services.import_tables import confirm_import
from webapp.services.rights.hanging_rows import STAFF, hanging_tables


@pytest.fixture
def somebody(session: Session, settings: Settings) -> Somebody:
    return Somebody(session, settings)


def cells(session: Session) -> dict[str, str]:
    """Every text, JSON and bytes of every table, by table; found in the metadata, so that no table is left out."""
    session.rollback()
    return {
        table.name: "\n".join(plain(cell) for row in session.execute(select(table)) for cell in row)
        for table in Base.metadata.sorted_tables
    }


def plain(cell: object) -> str:
    if isinstance(cell, bytes):
        return cell.decode("utf-8", "replace")
    return json.dumps(cell, default=str, ensure_ascii=False)


def named_in(texts: dict[str, str], sought: tuple[str, ...]) -> set[tuple[str, str]]:
    return {(name, each) for name, text in texts.items() for each in sought if each.casefold() in text.casefold()}


def files_naming(folder: Path, sought: tuple[str, ...]) -> set[str]:
    """Files under the instance folder, the database with its journal among them, as raw bytes."""
    return {
        path.name
        for path in folder.rglob("*")
        if path.is_file() and any(each.encode() in path.read_bytes() for each in sought)
    }


def lay_mail(somebody: Somebody, address: str) -> None:
    message = EmailMessage()
    message["To"] = f"{NAME} <{address}>"
    message.set_content("Hello")
    lay_down(Path(somebody.settings.mail_folder), somebody.owner, message)


def test_nothing_anywhere_names_the_person(session: Session, somebody: Somebody, tmp_path: Path) -> None:
    somebody.fill()
    somebody.hired()
    waiting = somebody.upload("staff", f"code,name,email\n{CODE},{NAME},{EMAIL}\n", f"{NAME}.csv")
    faulty = somebody.upload("staff", f"code,name\n{CODE},{NAME}\n{CODE},{NAME}\nS-9,No one,\n,Nameless\n")
    assert len(faulty.options["summary"]["faults"]) == 2
    somebody.model(somebody.member, somebody.other, folder=tmp_path)
    lay_mail(somebody, EMAIL.upper())
    lay_mail(somebody, "somebody.else@example.org")
    before = cells(session)
    everywhere = {name for name, _text in named_in(before, TEXTS)}
    assert {"staff_member", "staff_history", "rating", "round_rater", "monitor_ticket", "import_batch"} <= everywhere
    assert {"applicant", "voice_link", "staff_invitation", "panel_expert"} <= everywhere
    events = session.scalar(select(func.count()).select_from(Event)) or 0
    assert named_in(before, (NOTE,)) == {("voice_note", NOTE)}

    somebody.erase()

    after = cells(session)
    assert named_in(after, (*TEXTS, NOTE)) == set()
    left = session.scalar(select(func.count()).select_from(Event)) or 0
    assert left > events > 10, "the log keeps its rows"
    assert [path.name for path in somebody.settings.mail_folder.glob("*.eml")] != []
    assert files_naming(somebody.settings.mail_folder, (NAME, EMAIL, EMAIL.upper())) == set()
    assert session.scalars(select(Applicant)).all() == []
    batches = {row.id: row for row in session.scalars(select(ImportBatch))}
    assert (batches[waiting.id].state, batches[waiting.id].content) == ("discarded", None)
    assert len(batches[faulty.id].options["summary"]["faults"]) == 1


@SQLITE
def test_no_byte_of_the_database_file_names_the_person(session: Session, somebody: Somebody) -> None:
    somebody.fill(round_is_open=True)
    folder = somebody.settings.instance / "jobs" / "run"
    erasing.taken_down(folder, [CODE])
    somebody.erase()
    with db.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    path = Path(str(db.engine.url.database))
    found = path.read_bytes()
    assert [each for each in (NAME, EMAIL, CODE, NOTE) if each.encode() in found] == []


@SQLITE
def test_what_is_others_too_stays_without_the_person(session: Session, somebody: Somebody) -> None:
    somebody.fill()
    gone = somebody.member.id
    somebody.erase()
    given = session.scalars(select(Rating)).all()
    assert {row.ratee_id for row in given} == {somebody.other.id}
    assert len({row.rater_code for row in given}) == 1
    assert all(row.rater_code and row.rater_code.startswith("erased-") for row in given)
    notes = session.scalars(select(VoiceNote)).all()
    assert len(notes) == 2
    assert not any(gone in (note.staff_member_id, note.owner_id) for note in notes)
    expert = session.scalars(select(PanelExpert)).one()
    assert (expert.name, expert.email) == ("", None)
    assert expert.withdrawn_at is not None
    closed = [row.turnout for row in session.scalars(select(RatingRound)) if row.turnout]
    assert all(str(gone) not in json.dumps(each) for each in closed)
    stones = session.scalars(select(Tombstone).order_by(Tombstone.kind)).all()
    assert [(stone.kind, stone.number) for stone in stones] == [
        ("rating", 1), ("sitting", 1), ("staff_member", 1), ("trained_with", 0),
    ]  # fmt: skip
    assert {stone.subject_id for stone in stones} == {None, gone}


@SQLITE
def test_nothing_refers_to_the_person_any_more(session: Session, somebody: Somebody) -> None:
    somebody.fill(round_is_open=True)
    gone = somebody.member.id
    somebody.erase()
    for table in Base.metadata.sorted_tables:
        for constraint in table.foreign_key_constraints:
            if constraint.referred_table.name == STAFF:
                column = next(each for each in constraint.columns if each.name != "organisation_id")
                assert gone not in set(session.scalars(select(column))), f"{table.name}.{column.name}"
    with db.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []


@SQLITE
def test_the_code_must_be_typed_and_nobody_is_erased_twice(session: Session, somebody: Somebody) -> None:
    owner, number, code = somebody.owner, somebody.member.id, somebody.member.code
    session.commit()
    with pytest.raises(Invalid), db.transaction() as writing:
        erase_staff(writing, owner, number, somebody.other.code, somebody.settings)
    assert session.get(StaffMember, (owner, number)) is not None
    somebody.erase()
    with pytest.raises(NotFound), db.transaction() as writing:
        erase_staff(writing, owner, number, code, somebody.settings)


def test_two_at_once_erase_one_person_once(session: Session, somebody: Somebody) -> None:
    somebody.rename()
    owner, number, settings = somebody.owner, somebody.member.id, somebody.settings
    session.close()

    def erase(_number: int) -> str:
        with db.scope():
            try:
                with db.transaction() as writing:
                    return erase_staff(writing, owner, number, CODE, settings).certificate
            except NotFound:
                return ""

    with ThreadPoolExecutor(2) as pool:
        codes = list(pool.map(erase, range(2)))
    assert sorted(map(bool, codes)) == [False, True]
    assert set(session.scalars(select(Erasure.certificate))) == set(filter(None, codes))


@SQLITE
def test_a_file_that_waits_brings_nobody_back(session: Session, somebody: Somebody) -> None:
    somebody.rename()
    theirs = somebody.upload("staff", f"code,name\n{CODE},{NAME}\n")
    others = somebody.upload("staff", "code,name\nZX-4712,Somebody Else\n")
    somebody.erase()
    with pytest.raises(Conflict):
        confirm_import(session, somebody.owner, theirs.id, somebody.house.hr.id)
    session.rollback()
    confirm_import(session, somebody.owner, others.id, somebody.house.hr.id)
    assert CODE not in set(session.scalars(select(StaffMember.code)))


@SQLITE
def test_somebody_of_another_company_is_not_found(session: Session, somebody: Somebody) -> None:
    stranger = Organisation(name="Strangers", settings={})
    session.add(stranger)
    session.commit()
    number, code, strangers = somebody.member.id, somebody.member.code, stranger.id
    session.rollback()
    with pytest.raises(NotFound), db.transaction() as writing:
        erase_staff(writing, strangers, number, code, somebody.settings)
    assert session.get(StaffMember, (somebody.owner, number)) is not None


@SQLITE
def test_files_stay_where_the_erasure_does_not_stand(session: Session, somebody: Somebody) -> None:
    """As when the process dies before the commit: the person is there, and so are the mails."""
    somebody.rename()
    lay_mail(somebody, EMAIL)
    owner, number = somebody.owner, somebody.member.id
    session.rollback()
    with pytest.raises(RuntimeError), db.transaction() as writing:
        erase_staff(writing, owner, number, CODE, somebody.settings)
        raise RuntimeError("killed")
    with db.transaction():
        pass
    assert len(list(somebody.settings.mail_folder.glob("*.eml"))) == 1
    assert session.get(StaffMember, (owner, number)) is not None


def test_every_table_that_hangs_on_staff_is_known_here() -> None:
    """A new table is erased by itself; where that is wrong, as with a note that others read, it is freed instead."""
    names = {table.name for table in hanging_tables(STAFF)}
    assert {"sitting", "answer", "rating", "collected_rating", "released_figure", "trained_with"} <= names
    assert "voice_note" not in names
