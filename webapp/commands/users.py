"""`makings user`: who may sign in."""

from __future__ import annotations

import secrets
import sys

import click

from webapp.commands.running import site_scope
from webapp.errors import DomainError
from webapp.records.user import ROLES
from webapp.services.add_user import add_user
from webapp.services.find_organisation import find_organisation


@click.group()
def user() -> None:
    """Who may sign in."""


@user.command()
@click.argument("email")
@click.option("--name", default="", help="The person's name, as colleagues know it.")
@click.option("--role", "roles", multiple=True, type=click.Choice(list(ROLES)), required=True, help="More than once.")
@click.option("--organisation", default=None, help="Its name; may be left out where there is only one.")
@click.option("--language", default="en", type=click.Choice(["en", "ru", "lt"]))
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def add(
    email: str, name: str, roles: tuple[str, ...], organisation: str | None, language: str, password_stdin: bool
) -> None:
    """Add a user; without --password-stdin a password is made and printed once."""
    password = sys.stdin.readline().rstrip("\n") if password_stdin else secrets.token_urlsafe(12)
    with site_scope() as session:
        try:
            owner = find_organisation(session, organisation)
            add_user(session, owner.id, email, name, password, roles, language)
        except DomainError as error:
            raise click.UsageError(error.message) from error
    click.echo(f"{email} may now sign in as {' and '.join(roles)}.")
    if not password_stdin:
        click.echo(f"Password, shown only now: {password}")
