"""The folder form: plain CSV files that `headrope load` takes (docs/how-to/load-a-folder.md)."""
