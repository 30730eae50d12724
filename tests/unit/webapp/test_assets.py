"""Files have addresses of their content, and go out compressed."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from flask import Flask, url_for

from webapp import assets

LONG = "The same words again and again. " * 100


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    folder = tmp_path / "static"
    (folder / "css").mkdir(parents=True)
    (folder / "css" / "page.css").write_text(LONG)
    (folder / "js").mkdir()
    for part in ("store", "queue", "answer", "show", "clock"):
        (folder / "js" / f"sitting-{part}.js").write_text(f"// A remark.\n    const {part} = 'https://x'; // stays\n\n")
    (folder / "js" / "sitting.js").write_text("start();\n")
    (folder / "letters.woff2").write_bytes(b"\0" * 2000)
    site = Flask("tried", static_folder=str(folder))
    assets.register(site)
    site.add_url_rule("/long", "long", lambda: LONG)
    site.add_url_rule("/short", "short", lambda: "short")
    site.add_url_rule("/picture", "picture", lambda: (b"\0" * 2000, {"Content-Type": "image/png"}))
    return site


def test_a_page_goes_out_compressed_and_says_so(app: Flask) -> None:
    reply = app.test_client().get("/long", headers={"Accept-Encoding": "gzip, br"})
    assert reply.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in reply.headers["Vary"]
    assert gzip.decompress(reply.data).decode() == LONG
    assert int(reply.headers["Content-Length"]) == len(reply.data) < len(LONG) / 5


@pytest.mark.parametrize(("path", "accepts"), [("/long", ""), ("/short", "gzip"), ("/picture", "gzip")])
def test_what_gains_nothing_goes_out_as_it_is(app: Flask, path: str, accepts: str) -> None:
    reply = app.test_client().get(path, headers={"Accept-Encoding": accepts})
    assert "Content-Encoding" not in reply.headers


def test_the_length_of_a_page_does_not_tell_what_is_in_it(app: Flask) -> None:
    lengths = {len(app.test_client().get("/long", headers={"Accept-Encoding": "gzip"}).data) for _ in range(40)}
    assert len(lengths) > 10


def test_an_address_changes_with_the_content(app: Flask) -> None:
    folder = Path(str(app.static_folder))
    with app.test_request_context():
        known = url_for("static", filename="css/page.css")
        assert known.endswith(f"?v={assets.digest(folder / 'css' / 'page.css')}")
        assert "?" not in url_for("static", filename="letters.woff2"), "the stylesheet asks for it by its plain name"
    before = assets.version_of_all(folder)
    (folder / "css" / "page.css").write_text("other")
    assets.digest.cache_clear()
    assets.version_of_all.cache_clear()
    assert assets.version_of_all(folder) != before
    assert known.split("v=")[1] != assets.digest(folder / "css" / "page.css")


def test_files_are_packed_once_for_each_content(app: Flask, tmp_path: Path) -> None:
    folder, place = Path(str(app.static_folder)), tmp_path / "instance"
    packed = assets.packed_copy(folder, place)
    assert gzip.decompress((packed / "css" / "page.css.gz").read_bytes()).decode() == LONG
    assert not (packed / "letters.woff2.gz").exists()
    assert not (folder / "css" / "page.css.gz").exists()
    made = (packed / "css" / "page.css.gz").stat().st_mtime_ns
    assert assets.packed_copy(folder, place) == packed
    assert (packed / "css" / "page.css.gz").stat().st_mtime_ns == made
    assert [each.name for each in place.iterdir()] == [packed.name]


def test_the_script_goes_out_as_one_file_without_its_remarks(app: Flask, tmp_path: Path) -> None:
    packed = assets.packed_copy(Path(str(app.static_folder)), tmp_path / "instance")
    lines = (packed / "js" / "saving-timed.js").read_text().splitlines()
    assert lines[-1] == "start();"
    assert "const clock = 'https://x'; // stays" in lines
    assert not [line for line in lines if line.startswith("//")]
    assert "const clock" not in (packed / "js" / "saving.js").read_text()
