"""`python -m webapp` is the `makings` command."""

from webapp.cli import main

main(prog_name="makings")
