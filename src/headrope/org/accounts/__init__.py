"""Accounts and mandates: who can sign in, and who gave whom which role on which unit for which days."""
