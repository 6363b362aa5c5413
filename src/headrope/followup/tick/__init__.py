"""The tick: what has to be done again and again, by a timer, though nobody asks for it."""
