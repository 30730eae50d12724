"""Score applicants of open vacancies again after a question was set aside or brought back.

First everything is worked out beside the scores, in chunks; then each vacancy's list changes in one transaction.
So no list is ever half, a cancelled run leaves nothing behind, and a killed one goes on where it was.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql import Select

from questionnaires.answers import AnswerSheet
from webapp.records import Answer, Event, ItemSetAside, Job, Score, ScoreChange, Sitting, TieCuts, Vacancy
from webapp.records.base import now
from webapp.services.items.left_out import left_out_of, set_aside_now
from webapp.services.lock_row import lock_row
from webapp.services.record_event import record_event
from webapp.services.score_sitting import FIGURES, REUSED, scores_of
from webapp.services.serving_model import serving_model
from webapp.services.shortlist.leave import before_rewriting, begin_anew
from webapp.services.shortlist.take_in import take_everybody_in

CHUNK = 200
Concerned = tuple[Score, Sitting]


def set_aside_of(session: Session, job: Job) -> ItemSetAside:
    return session.get_one(ItemSetAside, (job.organisation_id, uuid.UUID(job.parameters["set_aside_id"])))


def concerned(row: ItemSetAside) -> Select[Score, Sitting]:
    """Every score of a sitting in this language that was sent for a vacancy that is open, by whichever model."""
    return (
        select(Score, Sitting)
        .join(Sitting, (Sitting.organisation_id == Score.organisation_id) & (Sitting.id == Score.sitting_id))
        .join(Vacancy, (Vacancy.organisation_id == Score.organisation_id) & (Vacancy.id == Score.vacancy_id))
        .where(
            Score.organisation_id == row.organisation_id,
            Sitting.questionnaire_id == row.questionnaire_id,
            Sitting.language == row.language,
            Sitting.state == "submitted",
            Sitting.purpose == "selection",
            Vacancy.state == "open",
        )
    )


def count_concerned(session: Session, row: ItemSetAside) -> int:
    wanted = concerned(row).with_only_columns(Score.id).subquery()
    return session.scalar(select(func.count()).select_from(wanted)) or 0


def work_out_chunk(session: Session, job: Job) -> bool:
    """Work out the next scores and remember how far that is; False where none is left."""
    row = set_aside_of(session, job)
    wanted = concerned(row).order_by(Score.id).limit(CHUNK)
    if after := job.result.get("after"):
        wanted = wanted.where(Score.id > uuid.UUID(after))
    found = [(score, sitting) for score, sitting in session.execute(wanted)]
    if not found:
        return False
    changes = _worked_out(session, job, row, found)
    looked = job.result.get("looked", 0) + len(found)
    job.result = {**job.result, "after": str(found[-1][0].id), "looked": looked}
    session.add_all(changes)
    return True


def _worked_out(session: Session, job: Job, row: ItemSetAside, found: Sequence[Concerned]) -> list[ScoreChange]:
    aside = set_aside_now(session, row.organisation_id, row.questionnaire_id)
    alike: dict[tuple[uuid.UUID, str, tuple[str, ...]], list[Concerned]] = defaultdict(list)
    for each in found:
        score, sitting = each
        left_out = left_out_of(session, sitting, aside)
        if left_out != score.left_out:
            alike[score.model_version_id, sitting.form, tuple(left_out)].append(each)
    answers = _answers(session, row.organisation_id, [each[1].id for group in alike.values() for each in group])
    return [change for key, group in alike.items() for change in _changes(session, job, key, group, answers)]


def _answers(
    session: Session, owner: uuid.UUID, sittings: Sequence[uuid.UUID]
) -> Mapping[uuid.UUID, dict[str, dict[str, Any]]]:
    rows = session.execute(
        select(Answer.sitting_id, Answer.item_id, Answer.value).where(
            Answer.organisation_id == owner, Answer.sitting_id.in_(sittings)
        )
    )
    found: dict[uuid.UUID, dict[str, dict[str, Any]]] = defaultdict(dict)
    for sitting_id, item_id, value in rows:
        if value is not None:
            found[sitting_id][item_id] = value
    return found


def _changes(
    session: Session,
    job: Job,
    key: tuple[uuid.UUID, str, tuple[str, ...]],
    group: Sequence[Concerned],
    answers: Mapping[uuid.UUID, dict[str, dict[str, Any]]],
) -> Iterator[ScoreChange]:
    version_id, form, left_out = key
    model = serving_model(session, job.organisation_id, version_id)
    sheets = [
        AnswerSheet(str(sitting.id), answers.get(sitting.id, {}), language=sitting.language or None)
        for _score, sitting in group
    ]
    for (score, _sitting), result in zip(group, scores_of(model, sheets, form, left_out), strict=True):
        after = {name: getattr(result, name) for name in FIGURES}
        kept = [flag for flag in score.flags if flag == REUSED]
        yield ScoreChange(
            organisation_id=job.organisation_id,
            set_aside_id=uuid.UUID(job.parameters["set_aside_id"]),
            job_id=job.id,
            score_id=score.id,
            applicant_id=score.applicant_id,
            vacancy_id=score.vacancy_id,
            direction=job.parameters["direction"],
            before=as_it_is(score),
            after={**after, "flags": [*result.flags, *kept], "left_out": list(left_out)},
        )


NAMES = (*FIGURES, "flags", "left_out")
"""What a change keeps of a score."""
KEPT = tuple(getattr(Score, name) for name in NAMES)


def as_it_is(score: Score) -> dict[str, Any]:
    """A score's figures, flags and what it leaves out, as plain values."""
    return {name: getattr(score, name) for name in NAMES}


def waiting_vacancies(session: Session, job: Job) -> list[uuid.UUID]:
    """Vacancies whose lists are worked out and not changed yet."""
    return list(
        session.scalars(
            select(ScoreChange.vacancy_id).where(*_waiting(job)).distinct().order_by(ScoreChange.vacancy_id)
        )
    )


def _waiting(job: Job) -> tuple[Any, ...]:
    return (
        ScoreChange.organisation_id == job.organisation_id,
        ScoreChange.job_id == job.id,
        ScoreChange.applied_at.is_(None),
    )


def change_list(session: Session, job: Job, vacancy_id: uuid.UUID) -> int:
    """Change one vacancy's list at once; how many scores. One that was closed meanwhile stays as it is."""
    vacancy = lock_row(session, Vacancy, job.organisation_id, vacancy_id)
    rows = session.execute(
        select(ScoreChange.id, ScoreChange.applicant_id, ScoreChange.before, ScoreChange.after, Score.id, *KEPT)
        .join(Score, (Score.organisation_id == ScoreChange.organisation_id) & (Score.id == ScoreChange.score_id))
        .where(*_waiting(job), ScoreChange.vacancy_id == vacancy_id)
    ).all()
    fresh = [row for row in rows if vacancy.state == "open" and dict(zip(NAMES, row[5:], strict=True)) == row.before]
    if fresh:
        _apply(session, vacancy, fresh)
        _tell(session, job, vacancy, [row.applicant_id for row in fresh])
        take_everybody_in(session, vacancy)
    discard(session, job.organisation_id, job.id, vacancy_id)
    session.flush()
    session.expire_all()
    return len(fresh)


def _apply(session: Session, vacancy: Vacancy, rows: Sequence[Any]) -> None:
    """In two statements for all of them: the lists of others wait for this."""
    moment, owner = now(), vacancy.organisation_id
    before_rewriting(session, owner, vacancy.id, [row[4] for row in rows])
    begin_anew(session, owner, vacancy.id)
    session.execute(update(Score), [{"organisation_id": owner, "id": row[4], **row.after} for row in rows])
    applied = [{"organisation_id": owner, "id": row[0], "applied_at": moment} for row in rows]
    session.execute(update(ScoreChange), applied)


def _tell(session: Session, job: Job, vacancy: Vacancy, people: Sequence[uuid.UUID]) -> None:
    """Borders between tied people were drawn through the old scores: they are drawn anew."""
    owner = job.organisation_id
    session.execute(delete(TieCuts).where(TieCuts.organisation_id == owner, TieCuts.vacancy_id == vacancy.id))
    about, direction = set_aside_of(session, job), job.parameters["direction"]
    moved = {"item": about.item_id, "language": about.language, "direction": direction, "number": len(set(people))}
    record_event(
        session,
        owner,
        "vacancy.scored_again",
        user_id=job.user_id,
        subject="vacancy",
        subject_id=vacancy.id,
        **moved,
    )
    of_each = {"organisation_id": owner, "at": now(), "action": f"score.{direction}", "user_id": job.user_id}
    told = [{**of_each, "subject": "applicant", "subject_id": each, "detail": {}} for each in dict.fromkeys(people)]
    session.execute(insert(Event), told)


def discard(
    session: Session, organisation_id: uuid.UUID, job_id: uuid.UUID, vacancy_id: uuid.UUID | None = None
) -> None:
    """Forget what was worked out and never changed a list, of one vacancy or of all."""
    waiting = delete(ScoreChange).where(
        ScoreChange.organisation_id == organisation_id,
        ScoreChange.job_id == job_id,
        ScoreChange.applied_at.is_(None),
    )
    session.execute(waiting if vacancy_id is None else waiting.where(ScoreChange.vacancy_id == vacancy_id))


def summary_of(session: Session, organisation_id: uuid.UUID, job_id: uuid.UUID) -> dict[str, Any]:
    """How many people's scores moved and by how much; plain numbers for the job's result.

    A person whose vacancy has been on several models has a score by each. Only those by its present model count: on
    them the list rests. The others are `elsewhere`.
    """
    every = _changed(session, organisation_id, job_id)
    rows = [row for row in every if row[3]]
    return {
        "changed": len(rows),
        "people": len({row[2] for row in rows}),
        "elsewhere": len(every) - len(rows),
        "lost": sum(before["score"] is not None and after["score"] is None for before, after, *_rest in rows),
        "gained": sum(before["score"] is None and after["score"] is not None for before, after, *_rest in rows),
        **_moves("score", rows),
        **_moves("p_top_third", rows),
    }


def _changed(session: Session, organisation_id: uuid.UUID, job_id: uuid.UUID) -> Sequence[Any]:
    """Before, after, whose, and whether by the model that the vacancy is on."""
    owner = ScoreChange.organisation_id
    present = Score.model_version_id == Vacancy.model_version_id
    return session.execute(
        select(ScoreChange.before, ScoreChange.after, ScoreChange.applicant_id, present)
        .join(Score, (Score.organisation_id == owner) & (Score.id == ScoreChange.score_id))
        .join(Vacancy, (Vacancy.organisation_id == owner) & (Vacancy.id == ScoreChange.vacancy_id))
        .where(owner == organisation_id, ScoreChange.job_id == job_id, ScoreChange.applied_at.is_not(None))
    ).all()


def _moves(name: str, rows: Sequence[Any]) -> dict[str, float | None]:
    moved = [
        after[name] - before[name]
        for before, after, *_rest in rows
        if before[name] is not None and after[name] is not None
    ]
    if not moved:
        return {f"{name}_mean": None, f"{name}_typical": None, f"{name}_most": None}
    sizes = sorted(abs(each) for each in moved)
    return {
        f"{name}_mean": sum(moved) / len(moved),
        f"{name}_typical": sizes[len(sizes) // 2],
        f"{name}_most": sizes[-1],
    }
