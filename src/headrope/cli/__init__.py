"""The command line: one file per word."""

from headrope.cli.app import main

__all__ = ["main"]
