"""The parts of which reports about groups are sums, so that no difference of reports is about fewer than ten people.

A block is a vacancy in which ten people and more told an attribute, or all small closed vacancies of a year together.
A block is counted anew only where nobody's line has changed since, or ten people's have; in between it counts as it
did. So whatever reports are subtracted from each other, what remains is about ten people or nobody.

What was counted is kept sealed: each person's number and line are a keyed hash and a masked number.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.records import Applicant, GroupBlock
from webapp.services.demographics.keys import keyed
from webapp.services.demographics.read_groups import FEWEST

NONCE, NUMBER, LINE = 16, 8, 4
WIDTH = NUMBER + LINE
Lines = dict[uuid.UUID, int]
"""By person: everything of them that a report counts, packed into one number."""


class Seal:
    """Numbers and masks of one block's people."""

    def __init__(self, secret_key: str, organisation_id: uuid.UUID, attribute: str) -> None:
        self.secret_key = secret_key
        self.owner = organisation_id
        self.attribute = attribute

    def number(self, person: uuid.UUID) -> bytes:
        return keyed(self.secret_key, "number", self.owner, self.attribute, person)[:NUMBER]

    def mask(self, nonce: bytes, person: uuid.UUID) -> int:
        made = keyed(self.secret_key, f"mask:{nonce.hex()}", self.owner, self.attribute, person)
        return int.from_bytes(made[:LINE], "big")

    def close(self, lines: Mapping[uuid.UUID, int]) -> bytes:
        """Every closing has masks of its own, so that two of them say nothing together."""
        nonce = secrets.token_bytes(NONCE)
        masked = ((self.number(person), line ^ self.mask(nonce, person)) for person, line in lines.items())
        return nonce + packed(sorted(masked))

    def open(self, sealed: bytes, people: Iterable[uuid.UUID]) -> Lines:
        """The lines of those of these people who were counted."""
        kept, nonce = dict(rows_of(sealed)), sealed[:NONCE]
        found = ((person, kept.get(self.number(person))) for person in people)
        return {person: line ^ self.mask(nonce, person) for person, line in found if line is not None}


def packed(rows: Iterable[tuple[bytes, int]]) -> bytes:
    return b"".join(number + line.to_bytes(LINE, "big") for number, line in rows)


def rows_of(sealed: bytes) -> Iterable[tuple[bytes, int]]:
    for start in range(NONCE, len(sealed), WIDTH):
        row = sealed[start : start + WIDTH]
        yield row[:NUMBER], int.from_bytes(row[NUMBER:], "big")


def settle(block: GroupBlock | None, lines: Lines, people: Collection[uuid.UUID], seal: Seal) -> Lines | None:
    """The lines that may be counted now: today's, those of last time, or None where neither may be told.

    `people` are all applicants of the block, those who told nothing included.
    """
    if block is None:
        return lines if len(lines) >= FEWEST else None
    before = seal.open(block.sealed, people)
    erased = block.people - len(before)
    changed = erased + sum(before.get(person) != lines.get(person) for person in before.keys() | lines.keys())
    if changed == 0 or (changed >= FEWEST and len(lines) >= FEWEST):
        return lines
    # Of those erased since, nothing is left to count with: to count the others would tell of them by difference.
    return before if erased == 0 else None


def keep_block(
    session: Session, block: GroupBlock | None, lines: Lines, seal: Seal, unit: str, vacancies: Collection[uuid.UUID]
) -> None:
    """Remember what was counted."""
    row = block or GroupBlock(organisation_id=seal.owner, unit=unit, attribute=seal.attribute)
    row.vacancies = sorted(str(each) for each in vacancies)
    row.people = len(lines)
    row.sealed = seal.close(lines)
    session.add(row)


def blocks_of(session: Session, organisation_id: uuid.UUID, attribute: str) -> dict[str, GroupBlock]:
    rows = session.scalars(
        select(GroupBlock).where(GroupBlock.organisation_id == organisation_id, GroupBlock.attribute == attribute)
    )
    return {row.unit: row for row in rows}


def forget_in_blocks(
    session: Session, organisation_id: uuid.UUID, applicant_ids: Collection[uuid.UUID], secret_key: str
) -> None:
    """Take these people's lines out; that somebody was counted stays as a number."""
    wanted = _vacancies_of(session, organisation_id, applicant_ids)
    for row in session.scalars(select(GroupBlock).where(GroupBlock.organisation_id == organisation_id)):
        if wanted.intersection(row.vacancies):
            seal = Seal(secret_key, organisation_id, row.attribute)
            gone = {seal.number(person) for person in applicant_ids}
            row.sealed = row.sealed[:NONCE] + packed(each for each in rows_of(row.sealed) if each[0] not in gone)
    session.flush()


def _vacancies_of(session: Session, organisation_id: uuid.UUID, applicant_ids: Collection[uuid.UUID]) -> set[str]:
    query = select(Applicant.vacancy_id).where(
        Applicant.organisation_id == organisation_id, Applicant.id.in_(list(applicant_ids))
    )
    return {str(each) for each in session.scalars(query.distinct())}
