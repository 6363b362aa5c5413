"""Tokens: what a person gives to a program, so that it may act for him."""
