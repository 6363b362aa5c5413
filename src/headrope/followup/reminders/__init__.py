"""Reminders of what is owed: by the policy each day, and by somebody's click."""
