"""The rules of the review as data: the pace rule, and the red and the black list."""
