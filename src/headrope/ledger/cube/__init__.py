"""The cube: facts as arrays, added up over the tree, in immutable generations of files that every process maps."""
