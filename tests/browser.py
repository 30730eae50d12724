"""Find the Chromium that the journeys drive, or say exactly what is missing."""

import os
import shutil
import subprocess
import sys

CANDIDATES = ("chromium", "chromium-browser", "google-chrome")
MISSING = (
    "The browser tests need Chromium. Install Debian's package with\n"
    "    sudo apt-get update && sudo apt-get install --no-install-recommends chromium\n"
    "or name another Chromium in the environment variable MAKINGS_CHROMIUM."
)


def path() -> str | None:
    """Return the browser's path, or None where there is none."""
    named = os.environ.get("MAKINGS_CHROMIUM")
    return named or next((found for name in CANDIDATES if (found := shutil.which(name))), None)


def install() -> None:
    """Bring Debian's chromium, which only root can."""
    for command in (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"],
    ):
        subprocess.run(
            command,
            check=True,
            stdout=subprocess.DEVNULL,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        )


def main() -> int:
    if path() is None and hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        print("Chromium is not here: installing Debian's package.")
        try:
            install()
        except subprocess.CalledProcessError as error:
            print(f"apt-get could not install it (exit {error.returncode}).", file=sys.stderr)
    if path() is None:
        print(MISSING, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
