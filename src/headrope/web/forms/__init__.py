"""The forms: what is asked for, of whom, and when it is due."""
