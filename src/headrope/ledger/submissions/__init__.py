"""Submissions: what a unit sends for a period, from draft to lock."""
