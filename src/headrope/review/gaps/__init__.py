"""Gaps: what explains them, what is promised against them, and who owes an answer."""
