"""`makings init`, `serve`, `worker`, `demo`: the site as processes.

What loads the learning libraries is imported where it is used: it takes seconds, and a second start needs none of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from webapp.commands import demo_there, processes
from webapp.commands.plain_files import Refused
from webapp.commands.running import prepare, require_tables, site_scope
from webapp.config import LANGUAGES, Settings, read_settings
from webapp.services.list_organisations import list_organisations

port_option = click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="A loopback port."
)


@click.command()
@click.option("--organisation", default=None, help="Make an organisation of this name.")
@click.option("--language", default="en", type=click.Choice(sorted(LANGUAGES)))
@click.option("--contact", default="", help="An address that candidates may write to.")
def init(organisation: str | None, language: str, contact: str) -> None:
    """Make or migrate the tables; install the questionnaires and key-only models.

    They are those of the library and of the private folder named in MAKINGS_QUESTIONNAIRES, if any.
    """
    from webapp.services.install_company import add_library, install_company

    settings = read_settings()
    private = settings.private_questionnaires
    prepare(settings)
    # Faults in a private file end the command before anything is kept.
    with _private_faults_in_words(), site_scope(settings) as session:
        known = list_organisations(session)
        for row in known:
            added = add_library(session, row.id, private)
            click.echo(f"{row.name}: {len(added)} new questionnaires")
        if organisation and organisation not in {row.name for row in known}:
            install_company(session, organisation, language=language, contact_email=contact, private=private)
            click.echo(f"{organisation}: ready. Next: makings user add NAME@HOST --role administrator --role hr")
    click.echo(f"The tables are at revision {processes.revision()}.")


@contextmanager
def _private_faults_in_words() -> Iterator[None]:
    """End with what is wrong with a private questionnaire, and in which file."""
    from models.errors import ModelError
    from questionnaires.faults import QuestionnaireError
    from questionnaires.shelf import UnknownQuestionnaire
    from webapp.services.install_company import SameVersion

    try:
        yield
    except (ModelError, QuestionnaireError, UnknownQuestionnaire, SameVersion) as error:
        raise Refused(f"{error}\nNothing was installed.") from error


@click.command()
@port_option
@click.option("--web-processes", default=1, show_default=True, type=click.IntRange(1, 64))
def serve(port: int, web_processes: int) -> None:
    """Serve the site on a loopback port (put a proxy with TLS before it)."""
    settings = read_settings()
    require_tables(settings)
    processes.serve(settings, port, web_processes)


@click.command()
def worker() -> None:
    """Do the background work: training, re-scoring, mails."""
    from webapp.jobs.worker import run

    settings = read_settings()
    require_tables(settings)
    run(settings)


@click.command()
@port_option
@click.option("--staff", default=140, show_default=True, type=click.IntRange(60, 2000))
@click.option("--applicants", default=400, show_default=True, type=click.IntRange(10, 5000))
@click.option("--no-serve", is_flag=True, help="Only fill the company.")
def demo(port: int, staff: int, applicants: int, no_serve: bool) -> None:
    """Fill a simulated company (kept when it is there already) and serve it."""
    settings = read_settings(base_url=f"http://127.0.0.1:{port}")
    if not no_serve:
        processes.refuse_busy(port)
    prepare(settings)
    ensure_demo(settings, staff, applicants)
    demo_there.tell_sign_ins(settings, click.echo)
    if not no_serve:
        click.echo(f"Open http://127.0.0.1:{port} (Ctrl+C stops it; the data stays in {settings.instance}).")
        processes.serve_with_worker(port)


def ensure_demo(settings: Settings, staff: int, applicants: int) -> None:
    """Fill the demo company unless it is there."""
    if demo_there.is_there(settings):
        click.echo("The demo company is there already; its data are kept.")
        return
    from webapp.commands.demo_company import make_demo

    make_demo(settings, staff=staff, applicants=applicants, tell=click.echo)
