"""Loads tables of any regular layout: a YAML file says what stands where."""
