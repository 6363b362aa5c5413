"""The organisation as offices keep it: a unit with its history and people, and changes of the tree by form and by file."""
