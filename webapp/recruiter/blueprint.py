"""The site map of this room."""

from flask import Blueprint
from flask_login import current_user

from webapp.extensions import limiter
from webapp.recruiter import (
    blind_views,
    compare_views,
    confirmation_views,
    cut_views,
    decision_views,
    export_views,
    funnel_views,
    guide_views,
    invitation_views,
    link_views,
    list_views,
    message_views,
    note_views,
    oversight_views,
    person_views,
    public_views,
    remind_views,
    saved_view_views,
    sign_words,
    undelivered_views,
    vacancy_views,
    words,
)
from webapp.services.edit_vacancy import has_opened

# A room full of people stands behind one address; one mailbox is nobody's room.
ASKING = "120 per 10 minutes"
ASKING_FOR_ONE_ADDRESS = "6 per hour"
# Far more than anybody's day of work asks for; what a program could do with somebody's session is bounded by it.
MESSAGES_OF_ONE_USER = "300 per hour"
EXPORTS_OF_ONE_USER = "120 per hour"

blueprint = Blueprint("recruiter", __name__)
blueprint.app_template_filter("flag_words")(words.flag_words)
blueprint.app_template_filter("sign_words")(sign_words.sign_words)
blueprint.app_template_filter("state_words")(words.state_words)
blueprint.app_template_filter("of_ten")(words.of_ten)
blueprint.app_template_filter("apart")(words.apart)
blueprint.app_template_filter("opened")(has_opened)
blueprint.app_template_filter("notice_head")(oversight_views.notice_head)
add = blueprint.add_url_rule


def signed_in_user() -> str:
    """Who asks, wherever they sit; before anybody signed in it is one and the same nobody."""
    return str(current_user.get_id() or "")


writes = limiter.limit(lambda: MESSAGES_OF_ONE_USER, methods=["POST"], key_func=signed_in_user)
takes_out = limiter.shared_limit(lambda: EXPORTS_OF_ONE_USER, scope="exports", key_func=signed_in_user)
BOTH = ["GET", "POST"]

add("/vacancies", "vacancies", vacancy_views.vacancies)
add("/vacancies/new", "new_vacancy", vacancy_views.new_vacancy, methods=BOTH)
add("/vacancies/<uuid:vacancy_id>/edit", "edit_vacancy", vacancy_views.edit_vacancy, methods=BOTH)
add("/vacancies/<uuid:vacancy_id>/close", "close_vacancy", vacancy_views.close_vacancy, methods=["POST"])
add("/vacancies/<uuid:vacancy_id>/reopen", "reopen_vacancy", vacancy_views.reopen_vacancy, methods=["POST"])
add("/vacancies/<uuid:vacancy_id>/archive", "archive_vacancy", vacancy_views.archive_vacancy, methods=["POST"])
add("/vacancies/<uuid:vacancy_id>/take-out", "unarchive_vacancy", vacancy_views.unarchive_vacancy, methods=["POST"])
add("/vacancies/<uuid:vacancy_id>/names", "blind", blind_views.blind)
add("/vacancies/<uuid:vacancy_id>/names/hide", "hide_names", blind_views.hide_names, methods=["POST"])
add("/vacancies/<uuid:vacancy_id>/names/show", "show_names", blind_views.show_names, methods=["POST"])

add("/vacancies/<uuid:vacancy_id>", "vacancy", list_views.vacancy)
add("/vacancies/<uuid:vacancy_id>/unranked", "unranked", list_views.unranked)
add("/vacancies/<uuid:vacancy_id>/views", "keep_view", saved_view_views.keep_view, methods=["POST"])
add("/vacancies/<uuid:vacancy_id>/views/<uuid:view_id>", "change_view", saved_view_views.change_view, methods=["POST"])
add(
    "/vacancies/<uuid:vacancy_id>/views/<uuid:view_id>/delete",
    "delete_view",
    saved_view_views.delete_view,
    methods=["POST"],
)
add("/vacancies/<uuid:vacancy_id>/cut", "set_cut", cut_views.set_cut, methods=["POST"])
add("/vacancies/<uuid:vacancy_id>/cut/away", "take_cut_away", cut_views.take_cut_away, methods=["POST"])
add("/vacancies/<uuid:vacancy_id>/chosen", "compare_chosen", cut_views.compare_chosen, methods=["POST"])
add("/vacancies/<uuid:vacancy_id>/evidence", "evidence", list_views.evidence)
add("/vacancies/<uuid:vacancy_id>/export.<ending>", "export", takes_out(export_views.export))
add("/vacancies/<uuid:vacancy_id>/export-columns.csv", "export_columns", takes_out(export_views.export_columns))
add("/vacancies/<uuid:vacancy_id>/exports", "exports", export_views.exports)
add(
    "/vacancies/<uuid:vacancy_id>/exports/<ending>",
    "ask_export",
    takes_out(export_views.ask_export),
    methods=["POST"],
)
add("/vacancies/<uuid:vacancy_id>/exports/<uuid:export_id>", "fetch_export", takes_out(export_views.fetch_export))
add(
    "/vacancies/<uuid:vacancy_id>/exports/<uuid:job_id>/cancel",
    "cancel_export",
    export_views.cancel_export,
    methods=["POST"],
)

add("/vacancies/<uuid:vacancy_id>/invite", "invite", invitation_views.invite, methods=BOTH)
add("/vacancies/<uuid:vacancy_id>/invite/send", "send_invitations", invitation_views.send_invitations, methods=["POST"])
add("/vacancies/<uuid:vacancy_id>/funnel", "funnel", funnel_views.funnel)
add("/vacancies/<uuid:vacancy_id>/undelivered", "undelivered", undelivered_views.undelivered)
add("/vacancies/<uuid:vacancy_id>/undelivered/mend", "mend_address", undelivered_views.mend_address, methods=["POST"])
add("/vacancies/<uuid:vacancy_id>/undelivered/take-back", "take_back", undelivered_views.take_back, methods=["POST"])
add("/vacancies/<uuid:vacancy_id>/remind", "remind_all", remind_views.remind_all, methods=BOTH)
add("/vacancies/<uuid:vacancy_id>/remind/<uuid:job_id>/stop", "stop_reminding", remind_views.stop, methods=["POST"])

add("/vacancies/<uuid:vacancy_id>/message", "message", writes(message_views.message), methods=BOTH)
add("/vacancies/<uuid:vacancy_id>/messages", "messages", message_views.messages)
_sending = "/vacancies/<uuid:vacancy_id>/messages/<uuid:sending_id>"
add(_sending, "message_sent", message_views.message_sent)
add(f"{_sending}/take-back", "withdraw_messages", message_views.withdraw_messages, methods=["POST"])

_oversight = "/vacancies/<uuid:vacancy_id>/oversight"
add(_oversight, "oversight", oversight_views.oversight)
add(f"{_oversight}/sample", "draw_sample", oversight_views.draw_sample, methods=["POST"])
add(f"{_oversight}/notice", "record_notice", oversight_views.record_notice, methods=["POST"])
add(
    f"{_oversight}/notice/<uuid:notice_id>/take-back",
    "take_back_notice",
    oversight_views.take_back_notice,
    methods=["POST"],
)
add(f"{_oversight}/places", "set_notice_places", oversight_views.set_notice_places, methods=["POST"])
add("/my-decisions", "own_decisions", oversight_views.own_decisions)

PERSON = "/vacancies/<uuid:vacancy_id>/people/<code>"
add(PERSON, "person", person_views.person)
add(f"{PERSON}/link", "show_link", link_views.show_link, methods=["POST"])
add(f"{PERSON}/remind", "remind", link_views.remind, methods=["POST"])
add(f"{PERSON}/withdraw", "withdraw", link_views.withdraw, methods=["POST"])
add(f"{PERSON}/sample/<uuid:sample_id>", "review_sampled", oversight_views.review_sampled, methods=BOTH)
add(f"{PERSON}/confirmation", "ask_confirmation", confirmation_views.ask, methods=["POST"])
add(f"{PERSON}/guide", "guide", guide_views.guide)
add(f"{PERSON}/guide.pdf", "guide_pdf", guide_views.guide_pdf)
add(f"{PERSON}/notes", "add_note", note_views.add, methods=["POST"])
NOTE = f"{PERSON}/notes/<uuid:applicant_note_id>"
add(NOTE, "edit_note", note_views.edit, methods=BOTH)
add(f"{NOTE}/remove", "remove_note", note_views.remove, methods=["POST"])
add("/vacancies/<uuid:vacancy_id>/compare", "compare", compare_views.compare)
add("/applicants/<uuid:applicant_id>", "old_person", person_views.old_address)

_decide = "/vacancies/<uuid:vacancy_id>/decide"
add(_decide, "decide", decision_views.decide, methods=["POST"])
add(f"{_decide}/<uuid:draft_id>", "draft", decision_views.draft, methods=BOTH)
add(f"{_decide}/<uuid:draft_id>/look", "draft_look", decision_views.draft_look, methods=BOTH)
add(f"{_decide}/<uuid:draft_id>/drop", "drop_draft", decision_views.drop_draft, methods=["POST"])
_decisions = "/vacancies/<uuid:vacancy_id>/decisions"
add(_decisions, "decisions", decision_views.decisions)
add(f"{_decisions}/<uuid:made_id>", "decision", decision_views.decision)
add(f"{_decisions}/<uuid:made_id>/resume", "resume_decision", decision_views.resume_decision, methods=["POST"])
add(f"{_decisions}/<uuid:made_id>/stop", "stop_decision", decision_views.stop_decision, methods=["POST"])
add(f"{_decisions}/<uuid:made_id>/undo", "undo_decision", decision_views.undo_decision, methods=["POST"])
add(f"{PERSON}/move", "move", decision_views.move, methods=["POST"])
add(f"{PERSON}/decisions/<uuid:decision_id>/undo", "undo_move", decision_views.undo_move, methods=["POST"])

slowed = limiter.limit(ASKING_FOR_ONE_ADDRESS, methods=["POST"], key_func=public_views.address_named)
add("/v/<code>", "apply", limiter.limit(ASKING, methods=["POST"])(slowed(public_views.apply)), methods=BOTH)
