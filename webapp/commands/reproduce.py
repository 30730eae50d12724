"""`makings reproduce`: was a model made of what it says it was made of? A worker runs it again and compares."""

from __future__ import annotations

import time
import uuid

import click

from webapp.commands.running import site_scope
from webapp.errors import DomainError
from webapp.extensions import db
from webapp.records import Job
from webapp.services.find_organisation import find_organisation
from webapp.services.job_progress import OPEN, find_job
from webapp.services.runs.repeat_run import find_by_number, repeat_run
from webapp.services.runs.show_run import ShownRun, show_run

SECONDS_BETWEEN_LOOKS = 1.0
DIFFERENT, NO_ANSWER = 1, 3


@click.command()
@click.argument("number", type=click.IntRange(min=1))
@click.option("--organisation", default=None, help="Its name; may be left out where there is only one.")
@click.option("--wait/--no-wait", default=True, help="Wait for the worker and tell what came out.")
def reproduce(number: int, organisation: str | None, wait: bool) -> None:
    """Run again what made model NUMBER, with the same data and seed, and compare every figure.

    Nothing of it is kept but the comparison. Exit status: 0 all the same, 1 something differs or the data are others,
    3 no answer.
    """
    with site_scope() as session:
        try:
            owner = find_organisation(session, organisation).id
            job_id = repeat_run(session, owner, find_by_number(session, owner, number).id).id
        except DomainError as error:
            raise click.UsageError(error.message) from error
    click.echo(f"Queued; its page is /hr/models/jobs/{job_id}. A worker takes it up.")
    if wait:
        raise SystemExit(tell(owner, job_id))


def tell(owner: uuid.UUID, job_id: uuid.UUID) -> int:
    """Wait for the end, print it, and return the exit status."""
    try:
        wait_for_the_end(owner, job_id)
    except KeyboardInterrupt:
        click.echo("The run goes on without being watched.")
        return NO_ANSWER
    with site_scope() as session:
        run = show_run(session, owner, job_id)
        click.echo(run.sentence)
        for line in differences(run):
            click.echo(f"  {line}")
        if run.job.state != "done":
            return NO_ANSWER
        return 0 if run.comparison.get("same") else DIFFERENT


def wait_for_the_end(owner: uuid.UUID, job_id: uuid.UUID) -> None:
    seen = ""
    while True:
        with db.scope() as session:
            job: Job = find_job(session, owner, job_id)
            state, stage = job.state, job.stage
        if stage != seen:
            click.echo(f"  {stage} ...")
            seen = stage
        if state not in OPEN:
            return
        time.sleep(SECONDS_BETWEEN_LOOKS)


def differences(run: ShownRun) -> list[str]:
    """What is not the same, a line each."""
    if run.other_data:
        return run.what_changed
    found = run.comparison
    rows = [*found.get("libraries", ()), *found.get("figures", ())]
    lines = [f"{each['name']}: {each['before']} -> {each['again']}" for each in rows]
    return lines if found.get("numbers", True) else [*lines, "numbers that score people: different"]
