"""`makings replay`: compute stored scores again, and say of each whether it comes out the same."""

from __future__ import annotations

import sys
import uuid
from collections import Counter
from collections.abc import Iterator

import click
from sqlalchemy.orm import Session

from webapp.commands.running import site_scope
from webapp.errors import DomainError
from webapp.services.find_organisation import find_organisation
from webapp.services.promotion.replay_score import SAME, look_again
from webapp.services.promotion.replay_words import TITLES
from webapp.services.promotion.scores_of_vacancy import scores_of_vacancy


@click.command()
@click.option("--score", "score_id", type=click.UUID, default=None, help="One score by its id.")
@click.option("--vacancy", "vacancy_id", type=click.UUID, default=None, help="All scores of a vacancy, by every model.")
@click.option("--organisation", default=None, help="Its name; may be left out where there is only one.")
def replay(score_id: uuid.UUID | None, vacancy_id: uuid.UUID | None, organisation: str | None) -> None:
    """Compute stored scores again from stored answers with the stored models, and compare to the last bit.

    Nothing is changed. Ends with 1 where a score does not come out the same.
    """
    if (score_id is None) == (vacancy_id is None):
        raise click.UsageError("Give either --score or --vacancy.")
    with site_scope() as session:
        try:
            owner = find_organisation(session, organisation).id
            ids = scores_of_vacancy(session, owner, vacancy_id) if vacancy_id else iter([score_id])
            found = count(session, owner, ids)
        except DomainError as error:
            raise click.UsageError(error.message or "There is no such score or vacancy.") from error
    for outcome, number in found.most_common():
        click.echo(f"{number:>8}  {TITLES[outcome]}")
    sys.exit(0 if set(found) <= {SAME} else 1)


def count(session: Session, owner: uuid.UUID, ids: Iterator[uuid.UUID | None]) -> Counter[str]:
    """How many came out how; those that did not come out the same are named."""
    found: Counter[str] = Counter()
    for score_id in filter(None, ids):
        outcome = look_again(session, owner, score_id).outcome
        found[outcome] += 1
        if outcome != SAME:
            click.echo(f"{score_id}  {TITLES[outcome]}", err=True)
        session.expunge_all()
    return found
