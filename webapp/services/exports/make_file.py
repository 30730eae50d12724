"""Write a view into a file of this machine, whatever its kind: CSV in the background is packed with its dictionary."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from pathlib import Path

from webapp.services.exports.as_csv import Progress, about_csv, csv_parts
from webapp.services.exports.as_pdf import write_pdf
from webapp.services.exports.as_xlsx import write_xlsx
from webapp.services.exports.file_names import file_name
from webapp.services.exports.view import View

TYPES = {
    "csv": "application/zip",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}
ENDINGS = {"csv": "zip", "xlsx": "xlsx", "pdf": "pdf"}


def name_of_file(view: View) -> str:
    return file_name(view.vacancy, view.organisation.simulated, ENDINGS[view.wish.kind])


def make_file(view: View, file: Path, progress: Progress | None = None) -> int:
    """Write it; how many people are in it."""
    if view.wish.kind == "csv":
        return _packed(view, file, progress)
    if view.wish.kind == "xlsx":
        return write_xlsx(view, file, progress)
    content, number = write_pdf(view)
    file.write_bytes(content)
    return number


def _packed(view: View, file: Path, progress: Progress | None) -> int:
    counted = [0]

    def count(number: int) -> None:
        counted[0] = number
        if progress:
            progress(number)

    name = file_name(view.vacancy, view.organisation.simulated)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as pack:
        pack.writestr("columns.csv", about_csv(view))
        _write(pack, name, csv_parts(view, count))
    return counted[0]


def _write(pack: zipfile.ZipFile, name: str, parts: Iterable[bytes]) -> None:
    with pack.open(name, "w", force_zip64=True) as entry:
        for part in parts:
            entry.write(part)
