"""`python -m headrope` is the `headrope` command."""

from headrope.cli import main

main()
