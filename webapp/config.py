"""Settings: from the environment, with an embedded default that needs nothing installed."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

LANGUAGES = {"en": "English", "ru": "Русский", "lt": "Lietuvių"}
MEGABYTE = 1024 * 1024
SHORTEST_SECRET = 32
MAILS_PER_MINUTE = 120


@dataclass(frozen=True)
class Settings:
    """Everything that a process of Makings must know, whichever process it is."""

    instance: Path
    database_url: str
    jobs_database_url: str
    secret_key: str
    base_url: str
    smtp_url: str
    mail_from: str
    upload_limit_bytes: int = 20 * MEGABYTE
    proxies: int = 0
    """How many proxies of ours stand before the site and say who asks."""
    mails_per_minute: int = MAILS_PER_MINUTE
    """How fast mails may go out, over all workers; 0: as fast as the mail server takes them."""
    private_questionnaires: Path | None = None
    """A folder of the company's own questionnaires, laid out as the library: NAME/VERSION.yaml."""
    quick_saves: bool = True
    """Whether the usual save of an answer has a door of its own before Flask; without it Flask does the same."""
    quick_pages: bool = True
    """The same for the usual answer by a form, and for the page with the next question."""
    moved_clock: Path | None = None
    """For fault tests alone: a file with the seconds by which this site's clock is moved. It is said in the log."""

    @property
    def mail_folder(self) -> Path:
        """Where mails are laid when no SMTP server is named."""
        return self.instance / "mail"

    @property
    def secure_cookies(self) -> bool:
        return self.base_url.startswith("https://")


def read_settings(environment: Mapping[str, str] | None = None, **changes: Any) -> Settings:
    """Read the settings; `changes` win over the environment."""
    env = os.environ if environment is None else environment
    instance = Path(changes.pop("instance", None) or env.get("MAKINGS_INSTANCE") or "instance").resolve()
    values: dict[str, Any] = {
        "database_url": env.get("MAKINGS_DATABASE_URL") or f"sqlite:///{instance / 'makings.sqlite'}",
        "jobs_database_url": env.get("MAKINGS_JOBS_DATABASE_URL") or f"sqlite:///{instance / 'jobs.sqlite'}",
        "base_url": (env.get("MAKINGS_BASE_URL") or "http://127.0.0.1:8000").rstrip("/"),
        "smtp_url": env.get("MAKINGS_SMTP_URL") or "",
        "mail_from": env.get("MAKINGS_MAIL_FROM") or "makings@localhost",
        "secret_key": given_secret(env.get("MAKINGS_SECRET_KEY") or ""),
        "proxies": given_number("MAKINGS_PROXIES", env.get("MAKINGS_PROXIES") or "0"),
        "mails_per_minute": given_number(
            "MAKINGS_MAILS_PER_MINUTE", env.get("MAKINGS_MAILS_PER_MINUTE") or str(MAILS_PER_MINUTE)
        ),
        "private_questionnaires": given_folder("MAKINGS_QUESTIONNAIRES", env.get("MAKINGS_QUESTIONNAIRES") or ""),
        "quick_saves": given_number("MAKINGS_QUICK_SAVES", env.get("MAKINGS_QUICK_SAVES") or "1") > 0,
        "quick_pages": given_number("MAKINGS_QUICK_PAGES", env.get("MAKINGS_QUICK_PAGES") or "1") > 0,
        "moved_clock": Path(env["MAKINGS_MOVED_CLOCK"]) if env.get("MAKINGS_MOVED_CLOCK") else None,
    } | changes
    # Data of people and the secret are in there: nobody else on this machine looks in.
    instance.mkdir(parents=True, exist_ok=True, mode=0o700)
    values["secret_key"] = values["secret_key"] or kept_secret(instance / "secret.key")
    return Settings(instance=instance, **values)


class SettingsError(click.ClickException):
    """A setting that cannot be used, and how to mend it; a command ends with this sentence."""


def given_secret(secret: str) -> str:
    """A secret from the environment; a short one could be guessed, and every link with it."""
    if secret and len(secret) < SHORTEST_SECRET:
        raise SettingsError(f"MAKINGS_SECRET_KEY must have at least {SHORTEST_SECRET} characters, all of them random.")
    return secret


def given_number(name: str, text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise SettingsError(f"{name} must be a whole number, 0 or more, not {text!r}.")
    return int(text)


def given_folder(name: str, text: str) -> Path | None:
    if text and not Path(text).is_dir():
        raise SettingsError(f"{name} must be a folder, and there is none at {text!r}.")
    return Path(text).resolve() if text else None


def kept_secret(path: Path) -> str:
    """Return the secret kept in a file that only its owner reads, making it the first time."""
    if not path.exists():
        make_secret(path)
    secret = path.read_text().strip()
    if len(secret) < SHORTEST_SECRET:
        raise SettingsError(f"{path} holds no secret. Restore it from a copy; links that are out depend on it.")
    return secret


def make_secret(path: Path) -> None:
    """Write it whole before it has its name: two processes that start at once must agree on one."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
        with suppress(FileExistsError):
            os.link(beside, path)
    finally:
        beside.unlink(missing_ok=True)
