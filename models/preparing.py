"""The first stage of training: join answers to ratings, check both, encode."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np

from models.errors import ModelError
from models.manifest import canonical, digest
from questionnaires.answers import AnswerSheet
from questionnaires.definition import Item, Questionnaire, ResponseFormat
from questionnaires.words import say
from scoring.encoding import AnswerEncoder, Encoded
from scoring.ratings import Rating
from scoring.validation.learning_data import MINIMUM, LearningData

FEWEST_OF_A_KIND = 10
"""A criterion of 0 and 1 needs this many people of either kind."""


@dataclass(frozen=True)
class Prepared:
    """What a training run starts from: people with both answers and ratings, encoded.

    Attributes
    ----------
    questionnaire, form
        What was asked.
    data : LearningData
        The people that can be learned from.
    scale : tuple
        Lowest and highest rating.
    answered, rated : int
        How many people had answers, and how many had ratings.
    left_out : int
        People with both who answered less than 80 %.
    fingerprint : str
        SHA-256 of answers and ratings.
    """

    questionnaire: Questionnaire
    form: str
    data: LearningData
    scale: tuple[float, float]
    answered: int
    rated: int
    left_out: int
    fingerprint: str

    @property
    def n(self) -> int:
        """People with both answers and ratings who answered enough."""
        return len(self.data.people)

    @property
    def key_only(self) -> bool:
        """Whether there are too few people for a local model."""
        return self.n < MINIMUM


def prepare(
    questionnaire: Questionnaire,
    sheets: Sequence[AnswerSheet],
    ratings: Sequence[Rating],
    *,
    form_id: str | None = None,
    criterion: str | None = None,
    scale: tuple[float, float] | None = None,
    binary: bool = False,
    seed: int = 0,
) -> Prepared:
    """Join answers to ratings by person and encode them.

    Parameters
    ----------
    form_id
        The form that was answered; the first one when None.
    criterion
        The competence to predict, where ratings name several; their mean when None.
    scale
        Lowest and highest possible rating; the observed range when None.
    binary
        Whether ratings are 0 and 1.

    Raises
    ------
    ModelError
        Where nobody has both, the criterion or form does not exist, ratings are outside the scale or not
        0 and 1, or everybody is rated alike.
    """
    form = form_of(questionnaire, form_id)
    chosen = _of_criterion(ratings, criterion)
    limits = _limits(chosen, scale, binary)
    _refuse_repeated(ratings)
    both = _joined(sheets, {rating.ratee for rating in chosen})
    if binary:
        _refuse_rare(chosen, {sheet.person for sheet in both})
    _refuse_strangers(both, questionnaire)
    data = _learning_data(AnswerEncoder(questionnaire, form), both, ratings, criterion, binary, seed)
    return Prepared(
        questionnaire=questionnaire,
        form=form,
        data=data,
        scale=limits,
        answered=len(sheets),
        rated=len({rating.ratee for rating in chosen}),
        left_out=len(both) - len(data.people),
        fingerprint=data_fingerprint(sheets, ratings),
    )


def _learning_data(
    encoder: AnswerEncoder,
    sheets: Sequence[AnswerSheet],
    ratings: Sequence[Rating],
    criterion: str | None,
    binary: bool,
    seed: int,
) -> LearningData:
    """Encode people who answered enough; the others are left out."""
    _refuse_odd_numbers(sheets, encoder.items)
    encoded = encoder.encode(sheets)
    rows = np.flatnonzero(encoded.enough)
    kept = [sheets[row] for row in rows.tolist()]
    people = {sheet.person for sheet in kept}
    return LearningData(
        encoder=encoder,
        encoded=Encoded(encoded.X[rows], encoded.key_scores[rows], encoded.answered[rows]),
        people=tuple(sheet.person for sheet in kept),
        units=tuple(sheet.unit for sheet in kept),
        families=tuple(sheet.job_family for sheet in kept),
        ratings=tuple(sorted((rating for rating in ratings if rating.ratee in people), key=_order)),
        criterion=criterion,
        binary=binary,
        seed=seed,
    )


def _order(rating: Rating) -> tuple[object, ...]:
    """One order for ratings, however they come: sums in another order differ in their last bits."""
    return rating.ratee, rating.rater or "", rating.competence or "", rating.date or "", rating.rating


def data_fingerprint(sheets: Sequence[AnswerSheet], ratings: Sequence[Rating]) -> str:
    """SHA-256 of answers and ratings, whatever their order."""
    people = sorted(canonical([s.person, s.unit, s.job_family, s.answers]) for s in sheets)
    given = sorted(canonical(list(rating)) for rating in ratings)
    return digest(b"\n".join([*people, b"--", *given]))


def form_of(questionnaire: Questionnaire, form_id: str | None) -> str:
    """The form that is named, or the first one.

    Raises
    ------
    ModelError
        Where there is no such form.
    """
    known = [form.id for form in questionnaire.forms]
    if form_id is None:
        return known[0]
    if form_id not in known:
        where = f"{questionnaire.name} {questionnaire.version}"
        what = say("There is no form “%(form)s”.", form=form_id)
        raise ModelError(what, where, say("Choose one of: %(names)s.", names=", ".join(known)))
    return form_id


def _of_criterion(ratings: Sequence[Rating], criterion: str | None) -> list[Rating]:
    chosen = [rating for rating in ratings if criterion is None or rating.competence == criterion]
    if chosen:
        return chosen
    named = ", ".join(sorted({rating.competence or "(none)" for rating in ratings}))
    if not ratings:
        raise ModelError(say("There are no ratings."), "ratings", say("Import ratings of your staff first."))
    what = say("No rating is of the criterion “%(criterion)s”.", criterion=criterion)
    raise ModelError(what, "ratings, column competence", say("Choose one of: %(names)s.", names=named))


def _limits(ratings: Sequence[Rating], scale: tuple[float, float] | None, binary: bool) -> tuple[float, float]:
    values = np.array([rating.rating for rating in ratings])
    if binary and not np.isin(values, (0.0, 1.0)).all():
        odd = next(rating for rating in ratings if rating.rating not in (0.0, 1.0))
        what = say(
            "A criterion of 0 and 1 was announced, but “%(person)s” has %(rating)s.",
            person=odd.ratee,
            rating=f"{odd.rating:g}",
        )
        raise ModelError(what, "ratings", say("Correct the ratings, or train without the binary setting."))
    if not np.isfinite(values).all():
        odd = ratings[int(np.flatnonzero(~np.isfinite(values))[0])]
        what = say("A rating of “%(person)s” is no finite number.", person=odd.ratee)
        raise ModelError(what, "ratings", say("Correct or remove it."))
    low, high = scale or (float(values.min()), float(values.max()))
    outside = [rating for rating in ratings if not low <= rating.rating <= high]
    if outside:
        what = say(
            "%(n)s ratings are outside the scale from %(low)s to %(high)s, first %(rating)s for “%(person)s”.",
            n=len(outside),
            low=f"{low:g}",
            high=f"{high:g}",
            rating=f"{outside[0].rating:g}",
            person=outside[0].ratee,
        )
        raise ModelError(what, "ratings", say("Correct them, or give the scale that raters used."))
    if np.ptp(values) < 1e-12:
        what = say("All ratings are %(value)s, so that they tell nobody apart.", value=f"{values[0]:g}")
        raise ModelError(what, "ratings", say("Import ratings that use the scale, or of another competence."))
    return (0.0, 1.0) if binary else (low, high)


def _joined(sheets: Sequence[AnswerSheet], rated: set[str]) -> list[AnswerSheet]:
    both = sorted((sheet for sheet in sheets if sheet.person in rated), key=lambda sheet: sheet.person)
    if both:
        _refuse_twice(both)
        return both
    what = say("None of the %(n)s people with answers has a rating.", n=len(sheets))
    remedy = say(
        "Write people's ids alike in both tables (%(answered)s have answers, %(rated)s have ratings).",
        answered=_examples({sheet.person for sheet in sheets}),
        rated=_examples(rated),
    )
    raise ModelError(what, "answers, column person; ratings, column ratee", remedy)


def _examples(names: set[str]) -> str:
    return ", ".join(f"“{name}”" for name in sorted(names)[:3]) or "nobody"


def _refuse_twice(sheets: Sequence[AnswerSheet]) -> None:
    twice = [person for person, times in Counter(sheet.person for sheet in sheets).items() if times > 1]
    if twice:
        what = say("%(n)s people have answers twice, first “%(person)s”.", n=len(twice), person=twice[0])
        raise ModelError(what, "answers, column person", say("Keep one row for each person."))


def _refuse_rare(ratings: Sequence[Rating], people: set[str]) -> None:
    """A criterion of 0 and 1 needs a few people of either kind, once there are enough people for a model."""
    kinds = {kind: {r.ratee for r in ratings if r.rating == kind and r.ratee in people} for kind in (0.0, 1.0)}
    rare = min(kinds, key=lambda kind: len(kinds[kind]))
    if len(people) >= MINIMUM and len(kinds[rare]) < FEWEST_OF_A_KIND:
        what = say(
            "Only %(n)s of %(all)s people have a rating of %(kind)s, which is too few to learn from.",
            n=len(kinds[rare]),
            all=len(people),
            kind=f"{rare:g}",
        )
        remedy = say("Gather at least %(n)s of either kind, or import ratings on a scale.", n=FEWEST_OF_A_KIND)
        raise ModelError(what, "ratings", remedy)


def _refuse_repeated(ratings: Sequence[Rating]) -> None:
    """Two ratings of a person by the same rater, of the same thing and date: one of them is a copy."""
    known = Counter((r.ratee, r.rater, r.competence, r.date) for r in ratings if r.rater is not None)
    twice = [name for name, times in known.items() if times > 1]
    if twice:
        what = say(
            "%(n)s ratings are given more than once, first that of “%(person)s” by “%(rater)s”.",
            n=len(twice),
            person=twice[0][0],
            rater=twice[0][1],
        )
        raise ModelError(what, "ratings", say("Keep one of them, or tell them apart by competence or date."))


def _refuse_strangers(sheets: Sequence[AnswerSheet], questionnaire: Questionnaire) -> None:
    """Answers of which none belongs to this questionnaire are another one's."""
    known = {item.id for item in questionnaire.items}
    given = {item for sheet in sheets for item in sheet.answers}
    if given and not given & known:
        what = say("No answer belongs to an item of this questionnaire, first “%(item)s”.", item=min(given))
        where = f"{questionnaire.name} {questionnaire.version}"
        raise ModelError(what, where, say("Give the questionnaire that these people answered."))


_NUMBERS = {ResponseFormat.RATE_EACH: "ratings", ResponseFormat.RANK: "ranks", ResponseFormat.LIKERT: "value"}


def _refuse_odd_numbers(sheets: Sequence[AnswerSheet], items: Sequence[Item]) -> None:
    """Refuse infinite answers and such: no table holds them, but a caller's own values may."""
    asked = [(item.id, _NUMBERS[item.format]) for item in items if item.format in _NUMBERS]
    for sheet in sheets:
        for item, part in asked:
            given = sheet.answers.get(item, {}).get(part)
            values = given.values() if isinstance(given, Mapping) else [given]
            if not all(isfinite(float(value)) for value in values if value is not None):
                what = say("An answer of “%(person)s” holds no finite number.", person=sheet.person)
                raise ModelError(what, f"answers, item {item}", say("Correct or remove it."))
