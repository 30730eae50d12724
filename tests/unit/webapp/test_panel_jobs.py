"""The worker knows the mails of expert panels, and closes panels by itself."""

from webapp.jobs import panel_jobs
from webapp.jobs.chores import CHORES
from webapp.jobs.dispatcher import PRIORITIES, TOPICS
from webapp.jobs.worker import WORKFLOWS
from webapp.services.panel.invite_experts import INVITATION, REMINDER


def test_what_the_services_ask_for_is_started() -> None:
    assert [TOPICS[each] for each in (INVITATION, REMINDER)] == ["mail", "mail"]
    assert PRIORITIES[INVITATION] > 1, "a long list keeps nobody's receipt waiting"
    assert {"invite_expert", "remind_expert"} <= {each.__name__ for each in WORKFLOWS}
    assert panel_jobs.look_after_panels in {each.do for each in CHORES}
