"""No page lies about unused."""

from __future__ import annotations

from pathlib import Path

import pytest

WEBAPP = Path(__file__).parents[3] / "webapp"
TEMPLATES = sorted(
    path.relative_to(WEBAPP / "templates").as_posix()
    for path in (WEBAPP / "templates").rglob("*.*")
    if path.suffix in (".html", ".txt")
)
SOURCES = [
    (path, path.read_text(encoding="utf-8"))
    for path in [*WEBAPP.rglob("*.py"), *(WEBAPP / "templates").rglob("*.html"), *(WEBAPP / "templates").rglob("*.txt")]
]


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_is_used(name: str) -> None:
    own = WEBAPP / "templates" / name
    # A text may name itself in its opening comment; that is no use.
    whole = any(f'"{name}"' in text for path, text in SOURCES if path != own)
    assert whole or named_by_its_room(Path(name)), f"nothing uses {name}: remove it, or use it"


def named_by_its_room(name: Path) -> bool:
    """A room may add the folder and the ending itself; a mail has two endings."""
    room = WEBAPP / name.parent
    short = {f'"{name.name}"', f'"{name.stem}"', f'"{name.with_suffix("").as_posix()}"'}
    services = WEBAPP / "services"
    near = [text for path, text in SOURCES if path.parent == room or services in path.parents]
    return any(each in text for each in short for text in near)
