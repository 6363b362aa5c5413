"""Pages of gaps: the list, the answer, the red and the black list, peers, and the rules of the review."""
