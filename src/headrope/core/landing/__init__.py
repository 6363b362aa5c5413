"""Landing: where the year will end, coherent over the tree, with the odds of meeting the target."""
