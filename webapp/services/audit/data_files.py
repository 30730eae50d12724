"""The pack's data: every table as CSV and JSON, the raw figures, a manifest with the SHA-256 of each, and a guide."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from webapp.services.audit.blocks import Chapter
from webapp.services.audit.gather_pack import Subject
from webapp.services.audit.print_pack import label_of
from webapp.services.reports.as_file import as_csv, heads
from webapp.services.reports.parts import RANGES, Table

EPOCH = (1980, 1, 1, 0, 0, 0)
"""Every file has this date: the same data give the same archive."""

HIDDEN = "released"
"""Which blocks were told of is kept for later reports, and is nobody else's business."""


def tables_of(chapters: Sequence[Chapter]) -> dict[str, Table]:
    """Every table by its code."""
    return {table.code: table for chapter in chapters for table in chapter.tables}


def data_files(subject: Subject, chapters: Sequence[Chapter], language: str) -> bytes:
    """The archive."""
    tables = tables_of(chapters)
    files = {f"tables/{code}.csv": as_csv(table) for code, table in tables.items()}
    files |= {f"tables/{code}.json": as_json(json_table(table)) for code, table in tables.items()}
    figures = {name: value for name, value in subject.report.items() if name != HIDDEN}
    files["figures/applicants.json"] = as_json(figures)
    files["figures/model.json"] = as_json(subject.version.figures)
    if subject.model is not None:
        files["model-card.md"] = f"> {label_of(subject)}\n\n{subject.model.card()}".encode()
    files["README.txt"] = guide(subject, tables).encode()
    files["manifest.json"] = as_json(manifest(subject, files, language))
    return packed(files)


def as_json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def json_table(table: Table) -> dict[str, Any]:
    """Rows by column; a range has two ends."""
    names = heads(table.columns)
    rows = []
    for row in table.rows:
        cells: list[Any] = []
        for column, cell in zip(table.columns, row, strict=True):
            cells += list(cell or (None, None)) if column.kind in RANGES else [cell]
        rows.append(dict(zip(names, cells, strict=True)))
    return {"name": table.code, "caption": table.caption, "columns": names, "rows": rows}


def manifest(subject: Subject, files: Mapping[str, bytes], language: str) -> dict[str, Any]:
    version = subject.version
    first, last = subject.first_answer, subject.last_answer
    return {
        "format": "makings-audit-pack-1",
        "label": label_of(subject),
        "independent": False,
        "simulated": subject.organisation.simulated,
        "company": subject.organisation.name,
        "language": language,
        "scope": subject.scope,
        "made_on": subject.made_at.date().isoformat(),
        "data": {
            "first_answers": first.date().isoformat() if first else None,
            "last_answers": last.date().isoformat() if last else None,
        },
        "model": {
            "number": version.number,
            "kind": version.kind,
            "state": version.state,
            "artefact_sha256": version.artefact_sha256,
            "questionnaire": subject.questionnaire.name,
            "version": subject.questionnaire.version,
            "form": version.form,
            "scoring_identity": version.manifest.get("scoring_identity"),
            "data_fingerprint": version.manifest.get("data_fingerprint"),
        },
        "files": {
            name: {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
            for name, content in sorted(files.items())
        },
    }


def guide(subject: Subject, tables: Mapping[str, Table]) -> str:
    """What each file holds, column by column."""
    lines = [
        _("Data files of the audit pack: %(model)s", model=_("Model %(number)s", number=subject.version.number)),
        label_of(subject),
        "",
        _("Numbers are written with a point; shares are between 0 and 1; an empty cell means that it is not known."),
        _("manifest.json gives the SHA-256 of every file. figures/ holds the figures as the program keeps them."),
        "",
    ]
    for code, table in sorted(tables.items()):
        lines += [f"tables/{code}.csv, tables/{code}.json: {table.caption}"]
        lines += [f"  {', '.join(heads([column]))}: {column.name}" for column in table.columns]
        lines += [""]
    return "\n".join(lines)


def packed(files: Mapping[str, bytes]) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[name])
    return whole.getvalue()
