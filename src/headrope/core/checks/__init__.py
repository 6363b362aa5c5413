"""Checks on the figures that a unit hands in, defined as data by the owner of a measure; see docs/spec/checks.md.

`rows` reads checks from text and writes them, `soundness` says what is wrong with them, `evaluation` holds them against
figures and gives doubts, `answers` says what a warning's answer lacks.
"""
