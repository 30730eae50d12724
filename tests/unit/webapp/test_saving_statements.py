"""The statements that every answer and every page needs look up whom it concerns, and nobody else."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy.dialects import postgresql

from webapp.services.saving.glance import GLANCE
from webapp.services.saving.rows import SITTINGS


@pytest.mark.parametrize("statement", [GLANCE, SITTINGS], ids=["a page", "a batch of answers"])
def test_applicants_and_vacancies_are_not_joined(statement: Any) -> None:
    """Joined, PostgreSQL without statistics reads all of the company's applicants each time."""
    said = str(statement.compile(dialect=postgresql.dialect()))
    assert re.findall(r"JOIN (applicant|vacancy)\b", said) == []
    assert len(re.findall(r"FROM (?:applicant|vacancy) \nWHERE", said)) >= 2
