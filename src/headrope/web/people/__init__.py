"""Accounts and mandates, as administrators keep them."""
