"""Writes the whole ledger in the folder form, so that loading it into an empty one gives the same."""
