"""Workbooks and text tables as plain grids, read by a child process that may die without harm."""
