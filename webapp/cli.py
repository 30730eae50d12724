"""The `makings` command: the same code as the site, without the site."""

from __future__ import annotations

import os
from importlib import import_module

import click

# Before numpy is imported by anything: small matrices on many threads spend their time waiting for one another.
for library in ("OMP", "OPENBLAS", "MKL"):
    os.environ.setdefault(f"{library}_NUM_THREADS", "1")

# Loaded on first use, so that `makings severity` never waits for the site.
COMMANDS = {
    "demo": "webapp.commands.site:demo",
    "fit": "webapp.commands.learning:fit",
    "init": "webapp.commands.site:init",
    "questionnaire": "webapp.commands.questionnaire:questionnaire",
    "reproduce": "webapp.commands.reproduce:reproduce",
    "replay": "webapp.commands.replay:replay",
    "score": "webapp.commands.learning:score",
    "serve": "webapp.commands.site:serve",
    "severity": "webapp.commands.severity:severity",
    "simulate": "webapp.commands.simulate:simulate",
    "user": "webapp.commands.users:user",
    "worker": "webapp.commands.site:worker",
}


class LazyGroup(click.Group):
    """A group whose commands are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(import_module(module), name)
        return command


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="makings")
def main() -> None:
    """Makings: a hiring screen for customer-orientation aptitude."""
