"""Settings: from the environment, with an embedded default that needs nothing installed."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LANGUAGES = {"en": "English", "ru": "Русский", "lt": "Lietuvių"}
MEGABYTE = 1024 * 1024


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
        "secret_key": env.get("MAKINGS_SECRET_KEY") or "",
    } | changes
    instance.mkdir(parents=True, exist_ok=True)
    values["secret_key"] = values["secret_key"] or kept_secret(instance / "secret.key")
    return Settings(instance=instance, **values)


def kept_secret(path: Path) -> str:
    """Return the secret kept in a file that only its owner reads, making it the first time."""
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return path.read_text().strip()
