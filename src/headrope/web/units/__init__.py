"""The tree of units and its search."""
