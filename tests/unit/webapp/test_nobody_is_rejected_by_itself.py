"""No code moves anybody to another stage but a decision of a signed-in person, and its undoing."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import webapp

ROOT = Path(webapp.__file__).parent
DECISIONS = "webapp.services.decisions"
NAMED = re.compile(r"decisions|change_stage|\.stage\s*[=:]|stage=|shortlist")
WRITER = "services/shortlist/leave.py"
JOBS_HAVE_STAGES = {"services/job_progress.py", "jobs/training_job.py"}


@cache
def modules() -> tuple[tuple[str, ast.Module], ...]:
    """Those that name decisions or write a stage; all others cannot do either."""
    texts = ((path, path.read_text(encoding="utf-8")) for path in sorted(ROOT.rglob("*.py")))
    told = [(path, text) for path, text in texts if "migrations" not in path.parts and NAMED.search(text)]
    return tuple((path.relative_to(ROOT).as_posix(), ast.parse(text)) for path, text in told)


def writes_stage(tree: ast.Module) -> bool:
    """Whether a `stage` is assigned, given to `values(...)`, or to a new applicant."""
    for node in ast.walk(tree):
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign) and any(
            isinstance(target, ast.Attribute) and target.attr == "stage" for target in targets
        ):
            return True
        if isinstance(node, ast.Call) and any(word.arg == "stage" for word in node.keywords):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in ("values", "Applicant"):
                return True
    return False


def users_of(module: str, *names: str) -> set[str]:
    """Files that import one of these names, or the whole module."""
    parent, last = module.rsplit(".", 1)
    found = set()
    for path, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                asked = {each.name for each in node.names}
                if (node.module == module and asked & set(names)) or (node.module == parent and last in asked):
                    found.add(path)
            elif isinstance(node, ast.Import) and any(each.name.startswith(module) for each in node.names):
                found.add(path)
    return found


def test_one_place_writes_a_stage() -> None:
    assert {path for path, tree in modules() if writes_stage(tree)} - JOBS_HAVE_STAGES == {WRITER}


def test_only_decisions_ask_for_it() -> None:
    assert users_of("webapp.services.shortlist.leave", "change_stage") == {"services/decisions/move.py"}
    assert users_of(f"{DECISIONS}.move", "move") == {"services/decisions/decide.py", "services/decisions/undo.py"}


def test_only_people_decide() -> None:
    """A job carries out what somebody confirmed; no job, command, page for applicants or raters decides or undoes."""
    deciding = users_of(f"{DECISIONS}.decide", "decide", "confirm")
    deciding |= users_of(f"{DECISIONS}.clear_stage", "clear_stage")
    deciding |= users_of(f"{DECISIONS}.undo", "undo_batch", "undo_one")
    people = {"recruiter/decision_views.py", "hr/stage_views.py", "services/decisions/clear_stage.py"}
    assert deciding - people <= {"services/decisions/fill_demo_decisions.py"}
    assert people <= deciding
    assert users_of(f"{DECISIONS}.decide", "carry_on", "carry_on_job") == {"jobs/decision_job.py"}
