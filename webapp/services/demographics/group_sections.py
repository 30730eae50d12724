"""A kept report about groups as sections to read: whom it is about, who told what, and what the questions do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flask_babel import gettext as _

from webapp.services.demographics.catalogue import attribute_name, category_name
from webapp.services.demographics.impact_sections import caption
from webapp.services.reports.item_differences import word
from webapp.services.reports.parts import Column, Figures, Section, Table


def people_section(figures: Figures) -> Section:
    """How many there are at each step."""
    rows = [
        (_("Invited, or applied by themselves"), figures["invited"]),
        (_("Sent the answers"), figures["submitted"]),
        (_("Of these, took the application back themselves"), figures["left"]),
        (_("Counted below"), figures["counted"]),
        (_("Of these, with a score"), figures["scored"]),
        (_("Of these, hired"), figures["hired"]),
    ]
    columns = [Column(_("Step"), "step"), Column(_("People"), "people", "count")]
    return Section(
        "people",
        _("Whom this is about"),
        _("Everybody who sent the answers is counted, whoever was turned down included."),
        _(
            "Invited people who never sent the answers were never asked about themselves, so that nothing can be said "
            "of their groups but the language. This product keeps no shortlist as a decision of its own."
        ),
        tables=[Table("people", _("People at each step"), columns, rows)],
    )


def told_section(figures: Figures, country: str) -> Section:
    """Who told what, and how many did not."""
    columns = [
        Column(_("Asked about"), "attribute"),
        Column(_("Group"), "group"),
        Column(_("People"), "people", "count"),
    ]
    rows = [row for name, each in figures["attributes"].items() for row in _told(name, each, country)]
    rows += [
        (attribute_name("language"), category_name(each["category"]), each["n"])
        for each in figures["language"]["categories"]
    ]
    return Section(
        "told",
        _("Who told what"),
        _("How many people stand behind the figures below. Telling was voluntary, after the answers were in."),
        _(
            "Those who told need not be like those who did not. Groups of fewer than ten people are not shown, here or "
            "in any figure, and a few people more or less since the last report change nothing until they are ten."
        ),
        tables=[Table("told", _("Groups and their sizes"), columns, rows)] if rows else [],
        absent=_("Not computed: nobody has told anything yet."),
    )


def _told(name: str, each: Figures, country: str) -> list[tuple[object, ...]]:
    shown = [(attribute_name(name), category_name(row["category"], country), row["n"]) for row in each["categories"]]
    rest = _("not told, or a group of fewer than ten") if each["some_hidden"] else _("not told")
    return [*shown, (attribute_name(name), rest, each["not_told"])]


def answer_sections(figures: Figures, country: str) -> list[Section]:
    """Questions and flags by group."""
    found = figures["answers"]
    if "absent" in found:
        return []
    return [
        section
        for name, each in found.items()
        if name != "model"
        for section in (questions_section(name, each, country), flags_section(name, each, country))
    ]


def questions_section(attribute: str, found: Figures, country: str) -> Section:
    code = f"questions-{attribute}".replace("_", "-")
    title = questions_title(attribute)
    rows = [row for each in found["dif"] for row in _items(each, country, every=False)]
    return Section(
        code,
        title,
        _(
            "Questions on which people of like overall result, but of different groups, did differently enough to "
            "matter (differential item functioning), and how many of all questions are shown to work alike. The file"
            " of all questions has every figure."
        ),
        _("It does not say why. “Cannot tell” is no proof that a question works alike; mostly too few people told."),
        tables=[Table(code, caption(title), _item_columns(), rows)] if rows else [],
        lines=[_sentence(each, country) for each in found["dif"]],
        absent=" ".join(_sentence(each, country) for each in found["dif"])
        or _("Not computed: fewer than two groups of 30 people whose answers are there."),
    )


def questions_title(attribute: str) -> str:
    return _("Single questions: %(attribute)s", attribute=attribute_name(attribute))


def question_tables(figures: Figures, country: str) -> list[Table]:
    """Every question, those that do not differ too: for files."""
    found = figures["answers"]
    return [
        Table(
            f"every-question-{name}".replace("_", "-"),
            questions_title(name),
            _item_columns(),
            [row for each in found[name]["dif"] for row in _items(each, country, every=True)],
        )
        for name in found
        if name not in ("model", "absent")
    ]


def _item_columns() -> Sequence[Column]:
    return [
        Column(_("Group"), "group"),
        Column(_("Compared with"), "reference"),
        Column(_("Question"), "item"),
        Column(_("Difference, in SDs"), "difference", "signed"),
        Column(_("90 % interval"), "difference", "signed_range"),
        Column(_("After many tests (q)"), "q", "small"),
        Column(_("Finding"), "finding"),
    ]


def _items(each: Figures, country: str, *, every: bool) -> list[tuple[object, ...]]:
    return [
        (
            category_name(each["focal"], country),
            category_name(each["reference"], country),
            item["item"],
            item["difference"],
            (item["low"], item["high"]),
            item["q"],
            word(item),
        )
        for item in each["items"]
        if every or item["finding"] == "differs"
    ]


def _sentence(each: Figures, country: str) -> str:
    differing = [item["item"] for item in each["items"] if item["finding"] == "differs"]
    return _(
        "%(group)s (%(n)s) beside %(reference)s (%(others)s): %(differ)s questions differ, %(alike)s of %(all)s are "
        "shown to work alike, %(options)s single options differ.",
        group=category_name(each["focal"], country),
        n=each["n_focal"],
        reference=category_name(each["reference"], country),
        others=each["n_reference"],
        differ=len(differing),
        alike=sum(item["finding"] == "equivalent" for item in each["items"]),
        all=len(each["items"]),
        options=len(each["options"]),
    )


def flags_section(attribute: str, found: Figures, country: str) -> Section:
    code = f"flags-{attribute}".replace("_", "-")
    title = _("Flags for review: %(attribute)s", attribute=attribute_name(attribute))
    rows = [_flag(row, country) for row in found["flags"]]
    columns = [
        Column(_("Flag"), "flag"),
        Column(_("Group"), "group"),
        Column(_("People"), "people", "count"),
        Column(_("Flagged"), "flagged", "share"),
        Column(_("95 % interval"), "flagged", "shares"),
        Column(_("After many tests (p)"), "p", "small"),
        Column(_("Finding"), "finding"),
    ]
    return Section(
        code,
        title,
        _("How often answers of each group were marked for a person to look at, against everybody else."),
        _("A flag is no proof of anything about a person; one that falls unevenly is to be doubted itself."),
        tables=[Table(code, caption(title), columns, rows)] if rows else [],
        absent=_(
            "Not computed: fewer than two groups of 30 people, or a model that knows no ordinary way of answering."
        ),
    )


def _flag(row: Figures, country: str) -> tuple[object, ...]:
    return (
        flag_name(row["flag"]),
        category_name(row["group"], country),
        row["people"],
        row["rate"],
        (row["low"], row["high"]),
        row["adjusted_p"],
        verdict_word(row["verdict"]),
    )


def verdict_word(verdict: str) -> str:
    words = {"uneven": _("falls unevenly"), "no_difference_shown": _("no difference shown")}
    return words.get(verdict, _("cannot tell"))


def flag_name(flag: str) -> str:
    names = {
        "review": _("Two flags or more"),
        "longest_run": _("The same place many times running"),
        "longstring": _("The same place many times running"),
        "even_odd": _("Answers of one kind do not go together"),
        "variability": _("Unusual spread of quality"),
        "scale_variability": _("The same point of the scale every time"),
        "distance": _("Unusual combination of answers"),
        "person_fit": _("Answers fit no level"),
        "key_agreement": _("More like the key than the level explains"),
    }
    return names.get(flag, flag)


def model_line(figures: Figures) -> Iterable[str]:
    """Whose questions and flags are meant."""
    found = figures["answers"]
    if found.get("absent") == "damaged":
        yield _("Questions and flags are not computed: the stored file of the model is damaged.")
    elif "model" in found:
        yield _(
            "Questions and flags are those of model %(number)s, from at most 4,000 people who told.",
            number=found["model"],
        )
