"""The short codes that show what was acknowledged: with each save, on the receipt, in its mail, at the public check.

A code is six letters and digits, ``ABC-234``: the start of an HMAC-SHA256 under the site's secret over the sitting,
the question, the revision and the answer. Nobody else can make one, and it says nothing about the answer. Whoever
holds a receipt shows its number and codes; `check_receipt` makes the codes of everything that was ever acknowledged
in that sitting again and tells which of them are there. An answer that was changed afterwards would have another code.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.errors import NotFound
from webapp.records import Answer, AnswerRevision, Sitting
from webapp.security import signed_code
from webapp.services.read_codes import OddLine, codes_in, odd_lines
from webapp.services.read_questionnaire import read_questionnaire
from webapp.services.replaced_receipt import replaced_sitting

RECEIPT_LENGTH = 12
CODE_LENGTH = 6
_NO_SIGN = re.compile(r"[^A-Z0-9]")


def answer_code(
    secret_key: str, sitting_id: uuid.UUID, item_id: str, revision: int, value: Mapping[str, Any] | None
) -> str:
    """The code of one revision of one answer."""
    text = f"{sitting_id}:{item_id}:{revision}:{json.dumps(value, sort_keys=True)}"
    code = signed_code(secret_key, "answer", text, CODE_LENGTH)
    return f"{code[:3]}-{code[3:]}"


def receipt_number(secret_key: str, sitting_id: uuid.UUID, seal: str) -> str:
    """The number of the receipt for these answers; `seal` is their hash."""
    return signed_code(secret_key, "receipt", f"{sitting_id}:{seal}", RECEIPT_LENGTH)


@dataclass(frozen=True)
class ReceiptLine:
    """One question on the receipt. `code` empty: neither answered nor skipped."""

    number: int
    item_id: str
    answered: bool
    saved_at: dt.datetime | None
    code: str


def receipt_lines(
    session: Session, organisation_id: uuid.UUID, sitting_id: uuid.UUID, secret_key: str
) -> list[ReceiptLine]:
    """A line for each question of the sitting's form, in the order asked: number, time and code, never the answer."""
    sitting = session.get(Sitting, (organisation_id, sitting_id))
    if sitting is None:
        raise NotFound()
    answers = {answer.item_id: answer for answer in _answers(session, sitting)}
    return [
        _line(secret_key, number, item_id, answers.get(item_id))
        for number, item_id in enumerate(_item_ids(session, sitting), 1)
    ]


def _answers(session: Session, sitting: Sitting) -> Iterable[Answer]:
    return session.scalars(
        select(Answer).where(Answer.organisation_id == sitting.organisation_id, Answer.sitting_id == sitting.id)
    )


def _item_ids(session: Session, sitting: Sitting) -> list[str]:
    questionnaire = read_questionnaire(session, sitting.organisation_id, sitting.questionnaire_id)
    return [item.id for item in questionnaire.items_of(sitting.form) if item.id not in sitting.not_asked]


def _line(secret_key: str, number: int, item_id: str, answer: Answer | None) -> ReceiptLine:
    if answer is None:
        return ReceiptLine(number, item_id, False, None, "")
    code = answer_code(secret_key, answer.sitting_id, item_id, answer.revision, answer.value)
    return ReceiptLine(number, item_id, answer.value is not None, answer.saved_at, code)


@dataclass(frozen=True)
class CheckedCode:
    """What is known of one code. `number` None: it is not ours, or what it stood for was changed."""

    code: str
    number: int | None = None
    saved_at: dt.datetime | None = None
    replaced: bool = False
    """The same person answered this question again later."""


@dataclass(frozen=True)
class CheckedReceipt:
    """A receipt that is ours: when it was given, and what is known of the codes that were shown with it.

    Where it was `replaced`, `submitted_at` is that of the later one; None while there is none yet.
    """

    number: str
    submitted_at: dt.datetime | None
    codes: tuple[CheckedCode, ...]
    odd: tuple[OddLine, ...] = ()
    replaced: bool = False

    @property
    def found(self) -> int:
        return sum(each.number is not None for each in self.codes)


def check_receipt(session: Session, secret_key: str, number: str, codes: str) -> CheckedReceipt | None:
    """Tell a stranger what this receipt and these codes stand for; None where the number is not one of ours.

    Neither answers nor names nor companies are told: who asks learns a question's number and a time for each code.
    """
    plain = _plain(number)
    stands = session.scalar(select(Sitting).where(Sitting.receipt_code == plain)) if plain else None
    sitting = stands or (replaced_sitting(session, plain) if plain else None)
    if sitting is None:
        return None
    known = _known(session, secret_key, sitting)
    shown = tuple(known.get(code, CheckedCode(code)) for code in codes_in(codes))
    return CheckedReceipt(plain, sitting.submitted_at, shown, tuple(odd_lines(codes)), replaced=stands is None)


def _plain(number: str) -> str:
    return _NO_SIGN.sub("", number.upper()[:100])


def _known(session: Session, secret_key: str, sitting: Sitting) -> dict[str, CheckedCode]:
    """Every code that was ever given in this sitting."""
    numbers = {item_id: number for number, item_id in enumerate(_item_ids(session, sitting), 1)}
    rows = session.scalars(
        select(AnswerRevision)
        .where(AnswerRevision.organisation_id == sitting.organisation_id, AnswerRevision.sitting_id == sitting.id)
        .order_by(AnswerRevision.revision)
    ).all()
    newest = {row.item_id: row.revision for row in rows}
    checked = (
        CheckedCode(
            code=answer_code(secret_key, sitting.id, row.item_id, row.revision, row.value),
            number=numbers.get(row.item_id),
            saved_at=row.saved_at,
            replaced=row.revision < newest[row.item_id],
        )
        for row in rows
    )
    return {each.code: each for each in checked}
