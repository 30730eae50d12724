"""Reading a package's manifest: its items and tests, which files are one item, and our companion data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from lxml import etree

from questionnaires.exchange.faults import ExchangeError, Findings
from questionnaires.exchange.package import Package
from questionnaires.exchange.vocabulary import COMPANION, ITEM_TYPE, MANIFEST, TEST_TYPE
from questionnaires.exchange.xml_source import children, line_of, local_name, parse

_BASE = "{http://www.w3.org/XML/1998/namespace}base"


@dataclass
class Manifest:
    """What a package holds; ``items`` and ``tests`` give the path of each resource in the order listed."""

    identifier: str
    items: dict[str, str] = field(default_factory=dict)
    tests: dict[str, str] = field(default_factory=dict)
    variants: list[tuple[str, str]] = field(default_factory=list)
    companion: str | None = None
    lines: dict[str, int] = field(default_factory=dict)

    def groups(self) -> list[list[str]]:
        """Return the items' resource identifiers, those of one item's languages together."""
        group_of = {name: [name] for name in self.items}
        for one, other in self.variants:
            if one in group_of and other in group_of and group_of[one] is not group_of[other]:
                group_of[one].extend(group_of[other])
                group_of.update(dict.fromkeys(group_of[other], group_of[one]))
        unique = {id(group): group for group in group_of.values()}
        return list(unique.values())


def read_manifest(package: Package) -> Manifest:
    """Return what the manifest of a package lists.

    Raises
    ------
    ExchangeError
        With everything that is wrong with it.
    """
    findings = Findings(MANIFEST)
    if MANIFEST not in package:
        findings.fault(0, f"There is no {MANIFEST} at the top of the package.", "Export it as a QTI 3.0 package.")
        raise ExchangeError(findings.faults)
    root = parse(package.read(MANIFEST), MANIFEST)
    manifest = Manifest(root.get("identifier", ""))
    for resource in _resources(root, findings):
        _read_resource(resource, manifest, package, findings)
    if not (manifest.items or findings.faults):
        findings.fault(line_of(root), f"The package lists no items of the type {ITEM_TYPE}.", "Export its items too.")
    if findings.faults:
        raise ExchangeError(findings.faults)
    return manifest


def _resources(root: etree._Element, findings: Findings) -> Iterator[etree._Element]:
    if local_name(root) != "manifest":
        findings.fault(line_of(root), f"<{local_name(root)}> is not a manifest.", "Export the package again.")
        return
    for group in children(root, "resources"):
        if root.get(_BASE) or group.get(_BASE):
            findings.fault(line_of(group), "The manifest moves its paths (xml:base).", "Write every path in full.")
        yield from children(group, "resource")


def _read_resource(resource: etree._Element, manifest: Manifest, package: Package, findings: Findings) -> None:
    kind, line = resource.get("type", ""), line_of(resource)
    if kind.startswith(("imsqti_item_xmlv2", "imsqti_test_xmlv2", "imsqti_xmlv1")):
        findings.fault(line, f"The resource {resource.get('identifier')} is {kind}; only QTI 3.0 is read.", _CONVERT)
        return
    if kind not in (ITEM_TYPE, TEST_TYPE) and resource.get("href") != COMPANION:
        return
    path = _inside(resource, package, findings)
    if path is None:
        return
    if path == COMPANION:
        manifest.companion = path
        return
    _file(resource, path, manifest, findings)


_CONVERT = "Convert the package to QTI 3.0 where it comes from."


def _file(resource: etree._Element, path: str, manifest: Manifest, findings: Findings) -> None:
    identifier, line = resource.get("identifier", ""), line_of(resource)
    if not identifier or identifier in manifest.lines:
        findings.fault(line, f'The resource identifier "{identifier}" is missing or used twice.', "Give each its own.")
        return
    if path in (*manifest.items.values(), *manifest.tests.values()):
        findings.fault(line, f'"{path}" is listed twice.', "List every file once.")
    manifest.lines[identifier] = line
    listed = manifest.items if resource.get("type") == ITEM_TYPE else manifest.tests
    listed[identifier] = path
    for variant in children(resource, "variant"):
        manifest.variants.append((identifier, variant.get("identifierref", "")))


def _inside(resource: etree._Element, package: Package, findings: Findings) -> str | None:
    """Return the path of a resource inside the package; None, with a fault, where it is not inside."""
    href, line = resource.get("href", ""), line_of(resource)
    path = resolved("", href)
    if path is None:
        findings.fault(
            line, f'"{href}" points outside the package; nothing is fetched.', "Put the file into the package."
        )
    elif path not in package:
        findings.fault(line, f'"{href}" is not in the package.', "Export the package again.")
    return path if path is not None and path in package else None


def resolved(folder: str, href: str) -> str | None:
    """Return the path that a link from a folder means; None where it leads out of the package."""
    parts = urlsplit(href)
    if parts.scheme or parts.netloc or "\\" in href or parts.path.startswith("/"):
        return None
    steps: list[str] = list(PurePosixPath(folder).parts)
    for step in PurePosixPath(unquote(parts.path)).parts:
        if step != "..":
            steps.append(step)
        elif steps:
            steps.pop()
        else:
            return None
    return "/".join(steps)
