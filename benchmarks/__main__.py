"""List the benchmarks that are there, or run one: ``python -m benchmarks [NAME [ARGUMENTS]]``."""

from __future__ import annotations

import ast
import runpy
import sys
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).parent


def available() -> dict[str, str]:
    """What each benchmark says about itself, by name: the modules here that can be run."""
    sources = {path.stem: path.read_text(encoding="utf-8") for path in sorted(HERE.glob("[!_]*.py"))}
    return {
        name: ast.get_docstring(ast.parse(source)) or ""
        for name, source in sources.items()
        if '__name__ == "__main__"' in source
    }


def main(arguments: Sequence[str]) -> int:
    """List, or run the benchmark that is named."""
    found = available()
    if not arguments:
        print("\n\n".join(found.values()))
        return 0
    if arguments[0] not in found:
        print(f"There is no benchmark {arguments[0]}. There are: {', '.join(found)}.", file=sys.stderr)
        return 2
    sys.argv = list(arguments)
    runpy.run_module(f"benchmarks.{arguments[0]}", run_name="__main__", alter_sys=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
