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

from webapp.records import GroupBlock
from webapp.services.demographics.keys import keyed
from webapp.services.demographics.lines import side
from webapp.services.demographics.read_groups import FEWEST

NONCE, NUMBER, LINE = 16, 8, 4
WIDTH = NUMBER + LINE
LEFT_OUT = 0xFFFFFFFF
Rows = dict[bytes, int]
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

    def mask(self, nonce: bytes, number: bytes) -> int:
        made = keyed(self.secret_key, "mask", self.owner, self.attribute, nonce.hex(), number.hex())
        return int.from_bytes(made[:LINE], "big")

    def close(self, lines: Mapping[uuid.UUID, int], left_out: Collection[bytes] = ()) -> bytes:
        rows = dict.fromkeys(left_out, LEFT_OUT)
        return self.close_rows(rows | {self.number(person): line for person, line in lines.items()})

    def close_rows(self, rows: Mapping[bytes, int]) -> bytes:
        """Every closing has masks of its own, so that two of them say nothing together."""
        nonce = secrets.token_bytes(NONCE)
        masked = (
            number + (line ^ self.mask(nonce, number)).to_bytes(LINE, "big") for number, line in sorted(rows.items())
        )
        return nonce + b"".join(masked)

    def rows(self, sealed: bytes) -> Rows:
        nonce, found = sealed[:NONCE], {}
        for start in range(NONCE, len(sealed), WIDTH):
            number, masked = sealed[start : start + NUMBER], sealed[start + NUMBER : start + WIDTH]
            found[number] = int.from_bytes(masked, "big") ^ self.mask(nonce, number)
        return found

    def open(self, sealed: bytes, people: Iterable[uuid.UUID]) -> Lines:
        """The lines of those of these people who were counted."""
        rows = self.rows(sealed)
        found = ((person, rows.get(self.number(person))) for person in people)
        return {person: line for person, line in found if line is not None}

    def counted(self, sealed: bytes, people: Iterable[uuid.UUID]) -> Lines:
        """The same without those who are left out."""
        return {person: line for person, line in self.open(sealed, people).items() if line != LEFT_OUT}

    def left_out(self, sealed: bytes) -> set[bytes]:
        return {number for number, line in self.rows(sealed).items() if line == LEFT_OUT}


def settle(
    block: GroupBlock | None, lines: Lines, people: Collection[uuid.UUID], seal: Seal, stages: Iterable[str]
) -> Lines | None:
    """The lines that may be counted now: today's, those of last time, or None where neither may be told.

    `people` are all applicants of the block, those who told nothing included; `stages`, those that were told of it.
    """
    if block is None:
        return lines if len(lines) >= FEWEST else None
    if block.people < FEWEST:
        return None
    kept = seal.open(block.sealed, people)
    before = {person: line for person, line in kept.items() if line != LEFT_OUT}
    today = {person: line for person, line in lines.items() if kept.get(person) != LEFT_OUT}
    return today if may_replace(before, today, stages) else before


def may_replace(before: Lines, lines: Lines, stages: Iterable[str]) -> bool:
    """Whether nobody can be told by what changes: on each side of each stage nobody changed, or ten people and more."""
    people = before.keys() | lines.keys()
    changed = sum(before.get(person) != lines.get(person) for person in people)
    if changed == 0:
        return True
    if changed < FEWEST or len(lines) < FEWEST:
        return False
    sides = ((stage, chosen) for stage in stages for chosen in (True, False))
    return all(none_or_enough(_moved(before, lines, people, *each)) for each in sides)


def _moved(before: Lines, lines: Lines, people: Collection[uuid.UUID], stage: str, chosen: bool) -> int:
    return sum(
        side(before.get(person), stage, chosen=chosen) != side(lines.get(person), stage, chosen=chosen)
        for person in people
    )


def none_or_enough(count: int) -> bool:
    return count == 0 or count >= FEWEST


def keep_block(
    session: Session, block: GroupBlock | None, lines: Lines, seal: Seal, unit: str, vacancies: Collection[uuid.UUID]
) -> None:
    """Remember what was counted, and who stays left out."""
    row = block or GroupBlock(organisation_id=seal.owner, unit=unit, attribute=seal.attribute)
    out = seal.left_out(block.sealed) if block else set()
    row.vacancies = sorted(str(each) for each in vacancies)
    row.people = len(lines)
    row.sealed = seal.close(lines, out)
    session.add(row)


def blocks_of(session: Session, organisation_id: uuid.UUID, attribute: str) -> dict[str, GroupBlock]:
    rows = session.scalars(
        select(GroupBlock).where(GroupBlock.organisation_id == organisation_id, GroupBlock.attribute == attribute)
    )
    return {row.unit: row for row in rows}
