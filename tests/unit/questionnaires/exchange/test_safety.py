"""Packages made to deceive: refused whole, nothing fetched, nothing unpacked beyond bounds."""

import io
import stat
import struct
import threading
import warnings
import zipfile
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from questionnaires.exchange import package as packages
from questionnaires.exchange.exporting import export_package
from questionnaires.exchange.faults import ExchangeError
from questionnaires.exchange.importing import import_qti
from tests.unit.questionnaires.exchange.making import (
    CHOICE,
    QTI,
    all_formats,
    item,
    manifest,
    resource,
    unzipped,
    zipped,
)


def refused(data: bytes, name: str = "package.zip") -> list[str]:
    with pytest.raises(ExchangeError) as raised:
        import_qti(data, name)
    return [str(fault) for fault in raised.value.faults]


class Asked(BaseHTTPRequestHandler):
    """Remembers that somebody came."""

    visits: list[str] = []

    def do_GET(self) -> None:
        self.visits.append(self.path)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"fetched")

    def log_message(self, *_arguments: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[tuple[str, list[str]]]:
    Asked.visits.clear()
    listening = HTTPServer(("127.0.0.1", 0), Asked)
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{listening.server_address[1]}", Asked.visits
    listening.shutdown()
    listening.server_close()


DECLARATIONS = {
    "entity": '<!DOCTYPE x [<!ENTITY e SYSTEM "{address}/entity">]>',
    "parameter entity": '<!DOCTYPE x [<!ENTITY % e SYSTEM "{address}/parameter"> %e;]>',
    "external subset": '<!DOCTYPE x SYSTEM "{address}/subset.dtd">',
    "a file": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
}


@pytest.mark.parametrize("declaration", DECLARATIONS.values(), ids=DECLARATIONS)
def test_nothing_outside_is_fetched(declaration: str, server: tuple[str, list[str]]) -> None:
    address, visits = server
    text = item(CHOICE.replace("Which one?", "&e;")).replace("?>\n", f"?>\n{declaration.format(address=address)}\n", 1)
    (fault,) = refused(text.encode(), "one.xml")
    assert fault.startswith("one.xml:2: This file has a document type declaration, which can name other files")
    assert visits == []


def test_schema_locations_and_includes_are_not_fetched(server: tuple[str, list[str]]) -> None:
    address, visits = server
    text = item(CHOICE).replace("https://example.invalid/qti.xsd", f"{address}/qti.xsd")
    text = text.replace("?>\n", f'?>\n<?xml-stylesheet href="{address}/style.xsl"?>\n', 1)
    imported = import_qti(text.encode(), "one.xml")
    assert imported.questionnaire.items[0].stems == {"en": "Which one?"}
    included = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{address}/include.xml"/>'
    assert "one.xml:7: The text holds <include>" in refused(item(included + CHOICE).encode(), "one.xml")[0]
    assert visits == []


def test_the_server_would_have_noticed(server: tuple[str, list[str]]) -> None:
    import urllib.request

    address, visits = server
    with urllib.request.urlopen(f"{address}/x"):
        assert visits == ["/x"]


def test_growing_entities_are_refused_before_they_grow() -> None:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    text = f'<?xml version="1.0"?>\n<!DOCTYPE x [<!ENTITY l0 "ha">{levels}]>\n<x a="&l11;">&l11;</x>'
    assert "document type declaration" in refused(text.encode(), "laughs.xml")[0]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "latin-1"])
def test_other_encodings_hide_nothing(encoding: str) -> None:
    text = item(CHOICE.replace("Which", "é")).replace("UTF-8", encoding)
    faults = refused(text.encode(encoding), "one.xml")
    assert "UTF-8" in faults[0]


@pytest.mark.parametrize(("depth", "why"), [(100, "This nests more than 60 deep."), (5000, "not well-formed")])
def test_deep_nesting_is_refused(depth: int, why: str) -> None:
    deep = "<div>" * depth + "</div>" * depth
    assert why in refused(item(deep + CHOICE).encode(), "one.xml")[0]


def test_truncated_xml_names_its_line() -> None:
    text = item(CHOICE)
    fault = refused(text[: text.index("Second")].encode(), "one.xml")[0]
    assert fault.startswith("one.xml:1")
    assert "not well-formed" in fault


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 cut short", b"not a file at all", b"\x89PNG\r\n"])
def test_what_is_neither_zip_nor_xml_is_refused(data: bytes) -> None:
    assert refused(data, "odd.zip")


def test_a_package_cut_short_is_refused() -> None:
    assert refused(export_package(all_formats())[:-200]) == [
        "package.zip: This zip is damaged or cut short. Export the package again, or take it from its author."
    ]


def test_a_damaged_member_is_refused() -> None:
    data = bytearray(export_package(all_formats()))
    place = data.index(b"imsmanifest.xml") + 40
    data[place : place + 20] = b"\xff" * 20
    assert "imsmanifest.xml: This member of the package is damaged." in refused(bytes(data))[0]


NAMES = {
    "../outside.xml": "climbs out of the package",
    "items/../../outside.xml": "climbs out of the package",
    "/etc/passwd": "is an absolute path",
    "C:/windows/x.xml": "is an absolute path",
    "..\\outside.xml": "is an absolute path",
}


@pytest.mark.parametrize(("name", "why"), NAMES.items())
def test_paths_that_lead_out_are_refused(name: str, why: str) -> None:
    assert why in refused(zipped({"imsmanifest.xml": manifest(), name: "x"}))[0]


def member(change: Callable[[zipfile.ZipInfo], None], data: bytes = b"x") -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        info = zipfile.ZipInfo("link.xml")
        change(info)
        archive.writestr(info, data)
    return stream.getvalue()


def test_links_are_refused() -> None:
    data = member(lambda info: setattr(info, "external_attr", (stat.S_IFLNK | 0o777) << 16))
    assert "is a link to another file" in refused(data)[0]


def test_other_packing_is_refused() -> None:
    data = member(lambda info: setattr(info, "compress_type", zipfile.ZIP_BZIP2))
    assert "is packed in a way that is not read here" in refused(data)[0]


def test_locked_members_are_refused() -> None:
    data = bytearray(zipped({"imsmanifest.xml": manifest()}))
    central = data.rindex(b"PK\x01\x02")
    data[central + 8] |= 1
    assert "is locked with a password" in refused(bytes(data))[0]


def test_members_given_twice_are_refused() -> None:
    stream = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(stream, "w") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("imsmanifest.xml", manifest())
        archive.writestr("imsmanifest.xml", manifest(resource("x", "x.xml")))
    assert "'imsmanifest.xml' is in the package 2 times." in refused(stream.getvalue())[0]


def test_a_member_that_swells_is_refused() -> None:
    data = zipped({"imsmanifest.xml": manifest(), "bomb.xml": b"0" * 20_000_000})
    assert len(data) < 100_000
    assert "'bomb.xml' unpacks to more than 100 times its packed size" in refused(data)[0]


def test_many_members_that_swell_are_refused_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "LARGEST_UNPACKED", 400_000)
    files = {f"{n}.txt": b"0" * packages.SMALL for n in range(5)}
    assert "unpacks to more than 0 MB" in refused(zipped(files))[-1]


def test_too_many_members_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "MOST_MEMBERS", 10)
    assert "has 11 members; 10 fit" in refused(zipped({f"{n}": b"" for n in range(11)}))[0]


def test_a_size_that_lies_unpacks_no_further() -> None:
    """The directory says 10 bytes where 20 MB are packed."""
    data = bytearray(zipped({"imsmanifest.xml": b"0" * 20_000_000}))
    central = data.rindex(b"PK\x01\x02")
    struct.pack_into("<I", data, central + 24, 10)
    assert "imsmanifest.xml" in refused(bytes(data))[0]


def test_everything_wrong_is_told_at_once() -> None:
    assert len(refused(zipped({"../a": "x", "/b": "x", "c\\d": "x"}))) == 3


@pytest.mark.parametrize(
    "href", ["http://127.0.0.1:9/x.xml", "//host/x.xml", "../x.xml", "/x.xml", "%2e%2e/x.xml", "a\\x.xml"]
)
def test_links_out_of_the_package_are_refused(href: str) -> None:
    faults = refused(zipped({"imsmanifest.xml": manifest(resource("x", href))}))
    assert faults == [
        f'imsmanifest.xml:3: "{href}" points outside the package; nothing is fetched. Put the file into the package.'
    ]


def test_an_item_of_a_test_outside_the_package_is_refused() -> None:
    test = f"""<qti-assessment-test xmlns="{QTI}" identifier="t" title="T"><qti-test-part identifier="p">
    <qti-assessment-section identifier="s" title="S"><qti-assessment-item-ref identifier="i"
    href="http://127.0.0.1:9/i.xml"/></qti-assessment-section></qti-test-part></qti-assessment-test>"""
    listed = manifest(resource("one", "one.xml"), resource("t", "t.xml", "imsqti_test_xmlv3p0"))
    faults = refused(zipped({"imsmanifest.xml": listed, "one.xml": item(CHOICE), "t.xml": test}))
    assert "points outside the package; nothing is fetched" in faults[0]


def test_companion_data_that_is_no_json_or_nests_without_end_is_refused() -> None:
    for broken in (b"{", b"[" * 90_000, b"\xff", b"[]", b'{"makings_companion": 9, "questionnaire": {}}'):
        files = unzipped(export_package(all_formats())) | {"makings/companion.json": broken}
        assert all(fault.startswith("makings/companion.json: ") for fault in refused(zipped(files)))


def test_companion_data_is_checked_like_any_questionnaire() -> None:
    broken = b'{"makings_companion": 1, "with_key": true, "questionnaire": {"format": 1, "name": "no spaces"}}'
    files = unzipped(export_package(all_formats())) | {"makings/companion.json": broken}
    faults = refused(zipped(files))
    assert any("items is missing" in fault for fault in faults)
    assert any("is not an id" in fault for fault in faults)
