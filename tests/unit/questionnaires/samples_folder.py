"""The tiny questionnaires, one for each feature of the format."""

from pathlib import Path

from questionnaires.definition import Questionnaire
from questionnaires.loading import load

SAMPLES = Path(__file__).parent / "samples"
NAMES = sorted(path.stem for path in SAMPLES.glob("*.yaml"))


def sample(name: str) -> Questionnaire:
    return load(SAMPLES / f"{name}.yaml")


def sample_text(name: str) -> str:
    return (SAMPLES / f"{name}.yaml").read_text(encoding="utf-8")
