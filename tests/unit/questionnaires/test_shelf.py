"""The library loads, and a published version never changes."""

import json
from pathlib import Path

import pytest

from questionnaires import publish, shelf
from questionnaires.faults import QuestionnaireError
from tests.unit.questionnaires.samples_folder import sample_text


@pytest.fixture
def library(tmp_path: Path) -> Path:
    text = sample_text("minimal")
    for version in ("1.0.0", "1.9.0", "1.10.0"):
        put(tmp_path, version, text.replace("1.0.0", version))
    return tmp_path


def put(library: Path, version: str, text: str) -> Path:
    path = library / "minimal" / f"{version}.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_everything_on_the_shelf_loads() -> None:
    assert ("customer-orientation", "1.0.0") in shelf.available()
    for name, version in shelf.available():
        loaded = shelf.get(name, version)
        assert (loaded.name, loaded.version) == (name, version)


def test_no_published_version_has_changed() -> None:
    assert shelf.changed_since_publication() == []


def test_everything_on_the_shelf_is_published() -> None:
    """If this fails: python -m questionnaires.publish NAME VERSION."""
    assert shelf.unpublished() == []


def test_what_is_not_published_yet(library: Path) -> None:
    publish.publish("minimal", "1.0.0", library)
    assert shelf.unpublished(library) == [("minimal", "1.9.0"), ("minimal", "1.10.0")]


def test_only_what_is_for_selection_is_given_to_applicants(library: Path) -> None:
    put(library, "3.0.0", sample_text("minimal").replace("1.0.0", "3.0.0").replace("items:", "purpose: survey\nitems:"))
    assert ("minimal", "3.0.0") in shelf.available(library)
    assert [version for _, version in shelf.for_selection(library)] == ["1.10.0"]
    assert {name for name, _ in shelf.for_selection()} == {"customer-orientation"}


def test_versions_are_ordered_as_numbers(library: Path) -> None:
    assert [version for _, version in shelf.available(library)] == ["1.0.0", "1.9.0", "1.10.0"]
    assert shelf.get("minimal", library=library).version == "1.10.0"
    assert shelf.get("minimal", "1.9.0", library).version == "1.9.0"


def test_a_questionnaire_is_read_once(library: Path) -> None:
    assert shelf.get("minimal", library=library) is shelf.get("minimal", "1.10.0", library)


@pytest.mark.parametrize(("name", "version"), [("no-such", None), ("minimal", "2.0.0"), ("../minimal", None)])
def test_what_is_not_there_is_named_with_what_is(library: Path, name: str, version: str | None) -> None:
    with pytest.raises(shelf.UnknownQuestionnaire, match=r"no questionnaire .* has: minimal 1\.0\.0"):
        shelf.get(name, version, library)


def test_a_file_is_named_after_what_is_in_it(library: Path) -> None:
    put(library, "3.0.0", sample_text("minimal"))
    with pytest.raises(shelf.UnknownQuestionnaire, match=r"3\.0\.0\.yaml calls itself minimal 1\.0\.0"):
        shelf.get("minimal", "3.0.0", library)


def test_publishing_records_the_fingerprints_once(library: Path) -> None:
    assert publish.publish("minimal", "1.0.0", library)
    assert not publish.publish("minimal", "1.0.0", library)
    recorded = json.loads((library / "published.json").read_text())
    assert recorded == {"minimal": {"1.0.0": shelf.identities(shelf.get("minimal", "1.0.0", library))}}
    assert shelf.changed_since_publication(library) == []


def test_a_change_after_publication_is_noticed_and_refused(library: Path) -> None:
    publish.publish("minimal", "1.0.0", library)
    before = (library / "published.json").read_bytes()
    put(library, "1.0.0", sample_text("minimal").replace("How are you?", "How are you now?"))
    shelf.forget()
    assert shelf.changed_since_publication(library) == [
        "minimal 1.0.0: was published and has changed since (content, texts); restore it and make a new version"
    ]
    with pytest.raises(publish.AlreadyPublished, match="make it a new version"):
        publish.publish("minimal", "1.0.0", library)
    assert (library / "published.json").read_bytes() == before


def test_a_published_file_that_is_gone_or_broken_is_noticed(library: Path) -> None:
    publish.publish("minimal", "1.0.0", library)
    publish.publish("minimal", "1.9.0", library)
    (library / "minimal" / "1.0.0.yaml").unlink()
    put(library, "1.9.0", "format: 1\n")
    shelf.forget()
    gone, broken = shelf.changed_since_publication(library)
    assert gone == "minimal 1.0.0: was published and its file is gone; bring it back"
    assert broken.startswith("minimal 1.9.0: was published and has faults now")


def test_a_file_with_faults_cannot_be_published(library: Path) -> None:
    put(library, "2.0.0", "format: 1\n")
    with pytest.raises(QuestionnaireError):
        publish.publish("minimal", "2.0.0", library)
    assert not (library / "published.json").exists()


def test_the_command_says_what_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    assert publish.main([]) == 2
    assert publish.main(["no-such", "1.0.0"]) == 2
    said = capsys.readouterr().err
    assert "NAME VERSION" in said
    assert "no questionnaire no-such 1.0.0" in said


def test_the_command_publishes_once(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert publish.main(["minimal", "1.9.0"], library) == 0
    register = (library / shelf.REGISTER).read_bytes()
    assert publish.main(["minimal", "1.9.0"], library) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first == "minimal 1.9.0: published"
    assert second == "minimal 1.9.0: was published already, and is unchanged"
    assert (library / shelf.REGISTER).read_bytes() == register
