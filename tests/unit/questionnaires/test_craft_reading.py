"""Reading ease."""

import pytest

from questionnaires.craft.reading import LIX_BANDS, in_band, lix, read_at_once
from tests.unit.questionnaires.small_bank import an_item


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The cat sat.", 3.0),
        ("The cat sat. The dog ran!", 3.0),
        ("Somebody understands everything", 3 + 100.0),
        ("He came at 12.30 today.", 6.0),
        ("“Who is it?” she said.", 2.5),
        ("Он молчит… Сотрудники отвечают.", 2 + 100 * 2 / 4),
        ("Well-known", 1 + 100.0),
        ("Ir jis sako: „Gerai.“ Pritaria darbuotojai.", 3 + 100 * 2 / 6),
    ],
)
def test_lix_by_hand(text: str, expected: float) -> None:
    assert lix(text) == pytest.approx(expected)


def test_a_hyphen_is_no_letter() -> None:
    assert lix("abc-def") == 1.0
    assert lix("abcd-efg") == 101.0


def test_a_text_without_words_has_no_lix() -> None:
    with pytest.raises(ValueError, match="without words"):
        lix("—")


def test_everything_that_is_read_at_once() -> None:
    item = an_item(0)
    assert read_at_once(item, "en").startswith(item.stems["en"])
    assert read_at_once(item, "en").endswith(item.options[-1].texts["en"])
    assert read_at_once(item, "xx") == ""


def test_bands() -> None:
    for language, (low, high) in LIX_BANDS.items():
        assert in_band(low, language)
        assert in_band(high, language)
        assert not in_band(low - 0.1, language)
        assert not in_band(high + 0.1, language)
    assert in_band(99.0, "pl")
