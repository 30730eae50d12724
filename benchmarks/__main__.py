"""List the benchmarks that are there, or run one: ``python -m benchmarks [NAME [ARGUMENTS]]``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType


def available() -> dict[str, ModuleType]:
    """Benchmarks by name: the modules here that have a title and a main."""
    names = sorted(path.stem for path in Path(__file__).parent.glob("*.py") if not path.stem.startswith("_"))
    modules = {name: import_module(f"benchmarks.{name}") for name in names}
    return {name: each for name, each in modules.items() if hasattr(each, "TITLE") and hasattr(each, "main")}


def main(arguments: Sequence[str]) -> int:
    """List, or run the benchmark that is named."""
    found = available()
    if not arguments:
        for name, module in found.items():
            print(f"{name}: {module.TITLE}\n    python -m benchmarks {name} {module.NEEDS}")
        return 0
    if arguments[0] not in found:
        print(f"There is no benchmark {arguments[0]}. There are: {', '.join(found)}.", file=sys.stderr)
        return 2
    return int(found[arguments[0]].main(arguments[1:]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
