"""The site map of this room."""

from flask import Blueprint

from webapp.extensions import limiter
from webapp.recruiter import (
    blind_views,
    confirmation_views,
    invitation_views,
    link_views,
    list_views,
    person_views,
    public_views,
    vacancy_views,
    words,
)
from webapp.services.edit_vacancy import has_opened

# A room full of people stands behind one address; one mailbox is nobody's room.
ASKING = "120 per 10 minutes"
ASKING_FOR_ONE_ADDRESS = "6 per hour"

blueprint = Blueprint("recruiter", __name__)
blueprint.app_template_filter("flag_words")(words.flag_words)
blueprint.app_template_filter("state_words")(words.state_words)
blueprint.app_template_filter("of_ten")(words.of_ten)
blueprint.app_template_filter("opened")(has_opened)
add = blueprint.add_url_rule
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
add("/vacancies/<uuid:vacancy_id>/evidence", "evidence", list_views.evidence)
add("/vacancies/<uuid:vacancy_id>/export.csv", "export", list_views.export)

add("/vacancies/<uuid:vacancy_id>/invite", "invite", invitation_views.invite, methods=BOTH)
add("/vacancies/<uuid:vacancy_id>/invite/send", "send_invitations", invitation_views.send_invitations, methods=["POST"])
add("/vacancies/<uuid:vacancy_id>/remind", "remind_all", invitation_views.remind_all, methods=["POST"])

PERSON = "/vacancies/<uuid:vacancy_id>/people/<code>"
add(PERSON, "person", person_views.person)
add(f"{PERSON}/link", "show_link", link_views.show_link, methods=["POST"])
add(f"{PERSON}/remind", "remind", link_views.remind, methods=["POST"])
add(f"{PERSON}/withdraw", "withdraw", link_views.withdraw, methods=["POST"])
add(f"{PERSON}/confirmation", "ask_confirmation", confirmation_views.ask, methods=["POST"])
add("/applicants/<uuid:applicant_id>", "old_person", person_views.old_address)

slowed = limiter.limit(ASKING_FOR_ONE_ADDRESS, methods=["POST"], key_func=public_views.address_named)
add("/v/<code>", "apply", limiter.limit(ASKING, methods=["POST"])(slowed(public_views.apply)), methods=BOTH)
