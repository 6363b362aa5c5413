"""Meetings: which units are reviewed in which order, where the big screen stands, and what is noted of each."""
