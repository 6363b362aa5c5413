"""What naive ways would have landed a year that is over at, and what can be chosen for that."""
