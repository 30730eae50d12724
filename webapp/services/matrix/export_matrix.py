"""Who serves whom as a table: the form in which it is imported."""

from __future__ import annotations

import csv
import io
import uuid

from sqlalchemy.orm import Session

from webapp.services.matrix.import_matrix import COLUMNS
from webapp.services.matrix.read_matrix import CUSTOMER, PERFORMER, present_links
from webapp.services.spreadsheet_safety import safe_cell


def matrix_csv(session: Session, organisation_id: uuid.UUID) -> bytes:
    """Every pair of people who are here, by codes, with the names beside them."""
    columns = (PERFORMER.code, CUSTOMER.code, PERFORMER.name, CUSTOMER.name)
    rows = session.execute(
        present_links(organisation_id)
        .with_only_columns(*columns)
        .order_by(None)
        .order_by(PERFORMER.code, CUSTOMER.code)
    )
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows([safe_cell(each) for each in row] for row in rows)
    # The mark at the start tells Excel that this is UTF-8.
    return text.getvalue().encode("utf-8-sig")
