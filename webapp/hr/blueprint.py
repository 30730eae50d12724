"""The site map of this room."""

from flask import Blueprint

from webapp.hr import (
    adjustment_views,
    approval_views,
    audit_views,
    behind_veil,
    blind_views,
    compare_views,
    erasure_views,
    group_views,
    import_views,
    integrity_views,
    item_views,
    matrix_views,
    message_template_views,
    model_rule_views,
    monitor_views,
    note_views,
    outcome_views,
    oversight_views,
    panel_views,
    promotion_views,
    readiness_views,
    reading,
    rehearsal_views,
    replay_views,
    report_views,
    request_views,
    results_views,
    round_views,
    run_views,
    staff_sitting_views,
    staff_views,
    stage_views,
    unit_views,
    views,
    voice_views,
    watch_views,
)

blueprint = Blueprint("hr", __name__, url_prefix="/hr")
blueprint.record(lambda state: state.app.url_map.converters.update(veiled=behind_veil.VeiledConverter))
blueprint.url_value_preprocessor(behind_veil.refuse_bare)
blueprint.app_template_filter("called")(reading.called)
blueprint.app_template_filter("hidden_here")(reading.hidden_here)

blueprint.add_url_rule("", "home", views.home)
blueprint.add_url_rule("/models", "models", views.models)
blueprint.add_url_rule("/models/<uuid:model_id>", "model", views.model)
blueprint.add_url_rule("/models/<uuid:model_id>/card.md", "model_card", promotion_views.card)
blueprint.add_url_rule("/models/<uuid:model_id>/promote", "promote", promotion_views.promote, methods=["GET", "POST"])
blueprint.add_url_rule(
    "/models/<uuid:model_id>/roll-back", "roll_back", promotion_views.roll_back, methods=["GET", "POST"]
)
blueprint.add_url_rule("/models/<uuid:model_id>/rehearsal", "rehearsal", rehearsal_views.rehearsal)
blueprint.add_url_rule("/models/<uuid:model_id>/rehearse", "rehearse", rehearsal_views.rehearse, methods=["POST"])
_rules = "/models/rules"
blueprint.add_url_rule(_rules, "model_rules", model_rule_views.model_rules)
blueprint.add_url_rule(f"{_rules}/approval", "set_approval", model_rule_views.set_approval, methods=["POST"])
blueprint.add_url_rule(f"{_rules}/approval/end", "end_approval", model_rule_views.end_approval, methods=["POST"])
blueprint.add_url_rule(f"{_rules}/scores/stop", "stop_scores", model_rule_views.stop_now, methods=["POST"])
blueprint.add_url_rule(f"{_rules}/scores/start", "start_scores", model_rule_views.start_again, methods=["POST"])
_score = "/models/scores/<uuid:score_id>"
blueprint.add_url_rule(_score, "replay", replay_views.replay)
blueprint.add_url_rule(f"{_score}/check", "check_score", replay_views.check_score, methods=["POST"])
_asked = "/models/requests/<uuid:request_id>"
blueprint.add_url_rule(_asked, "approval", approval_views.approval)
blueprint.add_url_rule(f"{_asked}/decide", "decide_approval", approval_views.decide, methods=["POST"])
blueprint.add_url_rule(f"{_asked}/take-back", "take_back_approval", approval_views.take_back, methods=["POST"])

blueprint.add_url_rule("/models/readiness", "readiness", readiness_views.readiness)
_report = "/models/<uuid:model_id>"
blueprint.add_url_rule(f"{_report}/validation", "model_validation", report_views.validation)
blueprint.add_url_rule(f"{_report}/groups", "model_groups", report_views.groups)
blueprint.add_url_rule(f"{_report}/compare", "model_compare", compare_views.compare)
blueprint.add_url_rule(f"{_report}/tables/<name>.csv", "model_table", report_views.table)

blueprint.add_url_rule("/models/retrain", "retrain", run_views.retrain, methods=["POST"])
blueprint.add_url_rule("/models/jobs/<uuid:job_id>", "job", run_views.job)
blueprint.add_url_rule("/models/jobs/<uuid:job_id>/cancel", "cancel_job", run_views.cancel, methods=["POST"])
blueprint.add_url_rule("/models/<uuid:model_id>/repeat", "repeat_run", run_views.repeat, methods=["POST"])

blueprint.add_url_rule("/models/groups", "groups", group_views.groups)
blueprint.add_url_rule("/models/groups/make", "make_group_report", group_views.make_group_report, methods=["POST"])
blueprint.add_url_rule("/models/groups/asked", "demographics", group_views.demographics, methods=["GET", "POST"])
blueprint.add_url_rule("/models/groups/<uuid:report_id>", "group_report", group_views.group_report)
blueprint.add_url_rule("/models/groups/<uuid:report_id>/<name>.csv", "group_table", group_views.group_table)
blueprint.add_url_rule("/models/audit", "audit", audit_views.audit)
blueprint.add_url_rule("/models/audit/make", "make_pack", audit_views.make_pack, methods=["POST"])
blueprint.add_url_rule("/models/audit/<uuid:pack_id>/pack.<ending>", "audit_file", audit_views.audit_file)

blueprint.add_url_rule("/imports", "imports", import_views.imports)
blueprint.add_url_rule("/imports/<kind>/new", "upload", import_views.upload, methods=["GET", "POST"])
blueprint.add_url_rule("/imports/<kind>/template.<ending>", "template", import_views.template)
blueprint.add_url_rule("/imports/<uuid:batch_id>", "import_batch", import_views.batch)
blueprint.add_url_rule("/imports/<uuid:batch_id>/confirm", "confirm_import", import_views.confirm, methods=["POST"])
blueprint.add_url_rule("/imports/<uuid:batch_id>/discard", "discard_import", import_views.discard, methods=["POST"])
blueprint.add_url_rule("/imports/<uuid:batch_id>/undo", "undo_import", import_views.undo, methods=["POST"])

BOTH = ["GET", "POST"]
blueprint.add_url_rule("/staff", "staff", staff_views.staff)
blueprint.add_url_rule("/staff/new", "new_member", staff_views.new_member, methods=BOTH)
blueprint.add_url_rule("/staff/<uuid:member_id>", "member", staff_views.member)
blueprint.add_url_rule("/staff/<uuid:member_id>/edit", "edit_member", staff_views.edit_member, methods=BOTH)
blueprint.add_url_rule("/staff/<uuid:member_id>/leave", "leave", staff_views.leave, methods=["POST"])
blueprint.add_url_rule("/staff/<uuid:member_id>/return", "come_back", staff_views.come_back, methods=["POST"])
blueprint.add_url_rule("/staff/hired", "hired", staff_views.hired)
blueprint.add_url_rule("/staff/hired/<uuid:applicant_id>", "hire", staff_views.hire, methods=["POST"])
blueprint.add_url_rule("/staff/units", "units", unit_views.units, methods=BOTH)
blueprint.add_url_rule("/staff/units/<uuid:unit_id>", "unit", unit_views.unit, methods=BOTH)
blueprint.add_url_rule("/staff/units/<uuid:unit_id>/merge", "merge_unit", unit_views.merge_unit, methods=BOTH)
blueprint.add_url_rule("/staff/units/<uuid:unit_id>/close", "close_unit", unit_views.close_unit, methods=["POST"])
blueprint.add_url_rule("/staff/units/<uuid:unit_id>/reopen", "reopen_unit", unit_views.reopen_unit, methods=["POST"])

blueprint.add_url_rule("/rounds", "rounds", round_views.rounds)
blueprint.add_url_rule("/rounds/new", "new_round", round_views.new_round, methods=BOTH)
blueprint.add_url_rule("/rounds/<uuid:round_id>", "round", round_views.round_page)
blueprint.add_url_rule("/rounds/<uuid:round_id>/edit", "edit_round", round_views.edit_round, methods=BOTH)
blueprint.add_url_rule("/rounds/<uuid:round_id>/open", "open_round", round_views.open_now, methods=["POST"])
blueprint.add_url_rule("/rounds/<uuid:round_id>/plan", "plan_round", round_views.plan, methods=["POST"])
blueprint.add_url_rule("/rounds/<uuid:round_id>/discard", "discard_round", round_views.discard_round, methods=["POST"])
blueprint.add_url_rule("/rounds/<uuid:round_id>/remind", "remind_raters", round_views.remind, methods=["POST"])
blueprint.add_url_rule("/rounds/<uuid:round_id>/last-day", "move_round", round_views.move, methods=["POST"])
blueprint.add_url_rule("/rounds/<uuid:round_id>/close", "close_round", round_views.close, methods=["POST"])
blueprint.add_url_rule("/competences", "competences", round_views.competences)
blueprint.add_url_rule("/competences/new", "new_competence", round_views.new_competence, methods=BOTH)
blueprint.add_url_rule(
    "/competences/<uuid:competence_id>", "edit_competence", round_views.edit_competence, methods=BOTH
)
blueprint.add_url_rule(
    "/competences/<uuid:competence_id>/retire", "retire_competence", round_views.retire_competence, methods=["POST"]
)

blueprint.add_url_rule("/results", "results", results_views.results)
blueprint.add_url_rule("/results/people", "results_people", results_views.results_people)
blueprint.add_url_rule("/results/people/<uuid:member_id>", "results_person", results_views.results_person)
blueprint.add_url_rule("/results/people/<uuid:member_id>/sheet.pdf", "results_sheet", results_views.results_sheet)
blueprint.add_url_rule("/results/units/<uuid:unit_id>", "results_unit", results_views.results_unit)
blueprint.add_url_rule("/results/recognition", "results_recognition", results_views.results_recognition)
blueprint.add_url_rule("/results/figures.<ending>", "results_file", results_views.results_file)

_person = "/adjustments/<uuid:applicant_id>"
blueprint.add_url_rule("/adjustments", "adjustments", adjustment_views.adjustments)
blueprint.add_url_rule("/adjustments/outages", "outage_budget", adjustment_views.outage_budget, methods=BOTH)
blueprint.add_url_rule(_person, "adjustment", adjustment_views.adjustment)
blueprint.add_url_rule(f"{_person}/grant", "grant_adjustment", adjustment_views.grant, methods=["POST"])
blueprint.add_url_rule(f"{_person}/revoke", "revoke_adjustment", adjustment_views.revoke, methods=["POST"])
blueprint.add_url_rule(
    f"{_person}/requests/<uuid:asked_id>", "answer_adjustment", adjustment_views.answer, methods=["POST"]
)
_time = f"{_person}/sittings/<uuid:sitting_id>"
blueprint.add_url_rule(f"{_time}/extend", "extend_sitting", adjustment_views.extend, methods=BOTH)
blueprint.add_url_rule(
    f"{_time}/extend/<uuid:credit_id>", "shorten_sitting", adjustment_views.shorten, methods=["POST"]
)
blueprint.add_url_rule(f"{_time}/reopen", "reopen_sitting", adjustment_views.reopen, methods=BOTH)

blueprint.add_url_rule("/requests", "requests", request_views.requests)
blueprint.add_url_rule("/requests/settings", "rights_settings", request_views.rights_settings, methods=["POST"])
blueprint.add_url_rule("/requests/erased", "erased", request_views.erased, methods=["GET", "POST"])
_notes = "/requests/notes/<veiled:applicant_id>"
blueprint.add_url_rule(_notes, "notes", note_views.notes)
blueprint.add_url_rule(f"{_notes}/<uuid:applicant_note_id>/remove", "remove_note", note_views.remove, methods=["POST"])
_erasures = "/requests/erasures"
blueprint.add_url_rule(_erasures, "erasures", erasure_views.erasures)
blueprint.add_url_rule(f"{_erasures}/rule", "erasure_policy", erasure_views.erasure_policy, methods=BOTH)
blueprint.add_url_rule(f"{_erasures}/<certificate>", "erasure", erasure_views.erasure)
blueprint.add_url_rule("/staff/<uuid:member_id>/erase", "erase_member", erasure_views.erase_member, methods=BOTH)
blueprint.add_url_rule(
    "/requests/<uuid:review_id>", "request_answer", request_views.request_answer, methods=["GET", "POST"]
)

blueprint.add_url_rule("/retakes", "retakes", integrity_views.retakes, methods=BOTH)
blueprint.add_url_rule("/retakes/<uuid:applicant_id>", "allow_retake", integrity_views.allow_retake, methods=BOTH)
blueprint.add_url_rule("/reminders", "reminders", integrity_views.reminders, methods=BOTH)
blueprint.add_url_rule("/exposure", "exposure", integrity_views.exposure)
blueprint.add_url_rule("/confirmations", "confirmations", integrity_views.confirmations)
_confirmation = "/confirmations/<veiled:applicant_id>"
blueprint.add_url_rule(_confirmation, "confirmation", integrity_views.confirmation)
blueprint.add_url_rule(
    f"{_confirmation}/arrange", "arrange_confirmation", integrity_views.arrange_confirmation, methods=["POST"]
)
blueprint.add_url_rule(
    f"{_confirmation}/decline", "decline_confirmation", integrity_views.decline_confirmation, methods=["POST"]
)
blueprint.add_url_rule(
    f"{_confirmation}/code", "confirmation_code", integrity_views.confirmation_code, methods=["POST"]
)

blueprint.add_url_rule("/matrix", "matrix", matrix_views.matrix)
blueprint.add_url_rule("/matrix/units", "matrix_units", matrix_views.matrix_units, methods=BOTH)
blueprint.add_url_rule("/matrix/people/<uuid:member_id>", "matrix_person", matrix_views.matrix_person, methods=BOTH)
blueprint.add_url_rule("/matrix/rules", "matrix_rules", matrix_views.matrix_rules)
blueprint.add_url_rule("/matrix/rules/new", "matrix_rule", matrix_views.matrix_rule, methods=BOTH)
blueprint.add_url_rule("/matrix/rules/refresh", "refresh_rules", matrix_views.refresh_rules, methods=["POST"])
blueprint.add_url_rule("/matrix/rules/<uuid:rule_id>/remove", "remove_rule", matrix_views.remove_rule, methods=["POST"])
blueprint.add_url_rule("/matrix/load", "matrix_load", matrix_views.matrix_load, methods=BOTH)
blueprint.add_url_rule("/matrix/matrix.csv", "matrix_file", matrix_views.matrix_file)

blueprint.add_url_rule("/staff/questionnaire", "staff_sittings", staff_sitting_views.staff_sittings)
blueprint.add_url_rule(
    "/staff/questionnaire/<uuid:questionnaire_id>/invite", "invite_staff", staff_sitting_views.invite, methods=["POST"]
)
blueprint.add_url_rule(
    "/staff/questionnaire/<uuid:questionnaire_id>/remind", "remind_staff", staff_sitting_views.remind, methods=["POST"]
)

blueprint.add_url_rule("/voice", "voice", voice_views.voice)
blueprint.add_url_rule("/voice/settings", "voice_settings", voice_views.voice_settings, methods=BOTH)
blueprint.add_url_rule("/voice/settings/new-link", "renew_voice_link", voice_views.renew_voice_link, methods=["POST"])
blueprint.add_url_rule("/voice/settings/send", "send_voice_mails", voice_views.send_voice_mails, methods=["POST"])
_note = "/voice/<uuid:note_id>"
blueprint.add_url_rule(_note, "voice_note", voice_views.voice_note)
blueprint.add_url_rule(f"{_note}/assign", "assign_note", voice_views.assign_note, methods=["POST"])
blueprint.add_url_rule(f"{_note}/answer", "answer_note", voice_views.answer_note, methods=["POST"])
blueprint.add_url_rule(f"{_note}/withhold", "withhold_note", voice_views.withhold_note, methods=["POST"])
blueprint.add_url_rule(f"{_note}/show", "show_note_again", voice_views.show_note_again, methods=["POST"])

_panel = "/panels/<uuid:panel_id>"
blueprint.add_url_rule("/panels", "panels", panel_views.panels)
blueprint.add_url_rule("/panels/new", "new_panel", panel_views.new_panel, methods=BOTH)
blueprint.add_url_rule(_panel, "panel", panel_views.panel)
blueprint.add_url_rule(f"{_panel}/experts", "invite_experts", panel_views.invite, methods=["POST"])
blueprint.add_url_rule(f"{_panel}/remind", "remind_experts", panel_views.remind, methods=["POST"])
blueprint.add_url_rule(
    f"{_panel}/experts/<uuid:expert_id>/take-back", "withdraw_expert", panel_views.withdraw, methods=["POST"]
)
blueprint.add_url_rule(
    f"{_panel}/experts/<uuid:expert_id>/forget-name", "forget_expert_name", panel_views.forget, methods=["POST"]
)
blueprint.add_url_rule(f"{_panel}/last-day", "move_panel", panel_views.move, methods=["POST"])
blueprint.add_url_rule(f"{_panel}/close", "close_panel", panel_views.close, methods=["POST"])
blueprint.add_url_rule(f"{_panel}/publish", "publish_panel", panel_views.publish, methods=["POST"])

_monitor = "/monitors/<uuid:monitor_id>"
blueprint.add_url_rule("/monitors", "monitors", monitor_views.monitors)
blueprint.add_url_rule("/monitors/new", "new_monitor", monitor_views.new_monitor, methods=BOTH)
blueprint.add_url_rule("/monitors/compare", "compare_monitors", monitor_views.compare_monitors)
blueprint.add_url_rule(_monitor, "monitor", monitor_views.monitor)
blueprint.add_url_rule(f"{_monitor}/edit", "edit_monitor", monitor_views.edit_monitor, methods=BOTH)
blueprint.add_url_rule(f"{_monitor}/open", "open_monitor", monitor_views.open_monitor_now, methods=["POST"])
blueprint.add_url_rule(f"{_monitor}/discard", "discard_monitor", monitor_views.discard_monitor, methods=["POST"])
blueprint.add_url_rule(f"{_monitor}/remind", "remind_monitor", monitor_views.remind_monitor, methods=["POST"])
blueprint.add_url_rule(f"{_monitor}/last-day", "move_monitor", monitor_views.move_monitor, methods=["POST"])
blueprint.add_url_rule(f"{_monitor}/close", "close_monitor", monitor_views.close_monitor_now, methods=["POST"])

blueprint.context_processor(watch_views.watch_context)
blueprint.add_url_rule("/models/<uuid:model_id>/outcomes", "outcomes", outcome_views.outcomes)
blueprint.add_url_rule(
    "/models/<uuid:model_id>/recalibrate", "recalibrate", outcome_views.recalibrate, methods=["POST"]
)
_finding = "/watch/findings/<uuid:finding_id>"
blueprint.add_url_rule("/watch", "watch", watch_views.watch)
blueprint.add_url_rule("/watch/now", "look_now", watch_views.look_now, methods=["POST"])
blueprint.add_url_rule("/watch/mails", "watch_mails", watch_views.watch_mails, methods=BOTH)
blueprint.add_url_rule("/watch/models/<uuid:model_id>", "watch_model", watch_views.watch_model)
blueprint.add_url_rule(_finding, "watch_finding", watch_views.watch_finding, methods=BOTH)
blueprint.add_url_rule(f"{_finding}/snooze", "snooze_finding", watch_views.snooze_finding, methods=["POST"])

_items = "/models/items"
_item = f"{_items}/<uuid:questionnaire_id>/<form>/<item_id>"
blueprint.add_url_rule(_items, "items", item_views.items)
blueprint.add_url_rule(
    f"{_items}/<uuid:questionnaire_id>/count", "count_items", item_views.count_items, methods=["POST"]
)
blueprint.add_url_rule(_item, "item", item_views.item)
blueprint.add_url_rule(f"{_item}/set-aside/<code>", "set_item_aside", item_views.set_item_aside, methods=BOTH)
_aside = f"{_items}/set-aside/<uuid:set_aside_id>"
blueprint.add_url_rule(f"{_aside}/back", "bring_item_back", item_views.bring_item_back, methods=BOTH)
blueprint.add_url_rule(f"{_aside}/again", "score_items_again", item_views.score_items_again, methods=["POST"])

_oversight = "/hiring/oversight"
blueprint.add_url_rule(_oversight, "oversight", oversight_views.oversight)
blueprint.add_url_rule(f"{_oversight}/sample", "set_sample_rule", oversight_views.set_sample_rule, methods=["POST"])
blueprint.add_url_rule(f"{_oversight}/notice", "set_notice_rule", oversight_views.set_notice_rule, methods=["POST"])
_messages = "/hiring/messages"
blueprint.add_url_rule(_messages, "message_templates", message_template_views.message_templates)
blueprint.add_url_rule(
    f"{_messages}/new", "new_message_template", message_template_views.new_message_template, methods=BOTH
)
_template = f"{_messages}/<key>"
blueprint.add_url_rule(_template, "message_template", message_template_views.message_template, methods=BOTH)
for _name, _view in (
    ("rest", message_template_views.rest_message_template),
    ("offer", message_template_views.offer_message_template),
):
    blueprint.add_url_rule(f"{_template}/{_name}", f"{_name}_message_template", _view, methods=["POST"])

blueprint.add_url_rule("/hiring/names", "blind_rules", blind_views.blind_rules, methods=BOTH)
_vacancy = "/hiring/names/<uuid:vacancy_id>"
blueprint.add_url_rule(f"{_vacancy}/require", "require_blind", blind_views.require_blind, methods=["POST"])
blueprint.add_url_rule(f"{_vacancy}/release", "release_blind", blind_views.release_blind, methods=BOTH)

_stages = "/hiring/stages"
_stage = f"{_stages}/<int:number>"
blueprint.add_url_rule(_stages, "stages", stage_views.stages)
blueprint.add_url_rule(f"{_stages}/new", "new_stage", stage_views.new_stage, methods=BOTH)
blueprint.add_url_rule(_stage, "stage", stage_views.stage, methods=BOTH)
blueprint.add_url_rule(f"{_stage}/shift/<way>", "shift_stage", stage_views.shift_stage, methods=["POST"])
blueprint.add_url_rule(f"{_stage}/retire", "retire_stage", stage_views.retire_stage, methods=BOTH)
blueprint.add_url_rule(f"{_stage}/restore", "restore_stage", stage_views.restore_stage, methods=["POST"])
_reasons = "/hiring/stages/reasons"
blueprint.add_url_rule(f"{_reasons}/new", "new_reason", stage_views.new_reason, methods=BOTH)
_reason = f"{_reasons}/<uuid:reason_id>"
blueprint.add_url_rule(_reason, "reason", stage_views.reason, methods=BOTH)
blueprint.add_url_rule(f"{_reason}/shift/<way>", "shift_reason", stage_views.shift_reason, methods=["POST"])
blueprint.add_url_rule(f"{_reason}/retire", "retire_reason", stage_views.retire_reason, methods=["POST"])
blueprint.add_url_rule(f"{_reason}/restore", "restore_reason", stage_views.restore_reason, methods=["POST"])
_decisions = "/hiring/stages/decisions"
blueprint.add_url_rule(_decisions, "decisions", stage_views.decisions)
_made = f"{_decisions}/<uuid:made_id>"
blueprint.add_url_rule(f"{_made}/undo", "undo_decision", stage_views.undo_decision, methods=["POST"])
blueprint.add_url_rule(f"{_made}/resume", "resume_decision", stage_views.resume_decision, methods=["POST"])
blueprint.add_url_rule(f"{_made}/stop", "stop_decision", stage_views.stop_decision, methods=["POST"])
