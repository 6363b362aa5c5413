"""Cascade: one total split over a tree by one level, x = clip(base + level x weight, floor, cap); docs/spec/cascade.md.

>>> import numpy as np
>>> from headrope.core.cascade.group import Group
>>> from headrope.core.cascade.solution import cascade
>>> from headrope.core.tree_sums import Tree
>>> tree = Tree.of(np.array([-1, 0, 0, 0], np.int32))
>>> group = Group.of(tree, weight=np.array([np.nan, 5, 3, 2]), cap=np.array([np.inf, 40, np.inf, np.inf]))
>>> cascade(group, 100).shares.tolist()
[100, 40, 36, 24]
"""
