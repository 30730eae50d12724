"""Count the funnels of large vacancies once an hour."""

from __future__ import annotations

from webapp.jobs import runtime
from webapp.services.funnel.keep import count_due, due_funnels, keep_funnel


def count_funnels() -> None:
    with runtime.work_scope() as session:
        due = due_funnels(session)
    for owner, vacancy in due:
        if runtime.stopping.is_set():
            return
        with runtime.work_scope() as session:
            as_of, figures = count_due(session, owner, vacancy)
        with runtime.work_transaction() as session:
            keep_funnel(session, owner, vacancy, as_of, figures)
