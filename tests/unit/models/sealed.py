"""Kept models that somebody changed: folders and zips as a person would spoil them who knows how they are sealed."""

from __future__ import annotations

import io
import json
import zipfile

from models.manifest import canonical, digest

FILES = ("card.md", "compiled.json", "manifest.json", "model.skops", "questionnaire.yaml", "reference.json")


def reseal(folder, change):
    """Change the manifest as somebody would who knows how it is sealed."""
    plain = json.loads((folder / "manifest.json").read_bytes())
    plain.pop("seal")
    change(plain)
    plain["seal"] = digest(canonical(plain))
    (folder / "manifest.json").write_bytes(canonical(plain))


def replace_artefact(folder, data):
    (folder / "model.skops").write_bytes(data)
    reseal(folder, lambda plain: plain["files"].update({"model.skops": digest(data)}))


def rezip(data, change):
    """The zip with other entries."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def replace_file(folder, name, data):
    """Change a file and seal the folder again, as somebody would who knows how."""
    (folder / name).write_bytes(data)
    reseal(folder, lambda plain: plain["files"].update({name: digest(data)}))


def change_json(folder, name, change):
    plain = json.loads((folder / name).read_bytes())
    change(plain)
    replace_file(folder, name, canonical(plain))


def drop(folder, name):
    (folder / name).unlink()
    reseal(folder, lambda plain: plain["files"].pop(name))
