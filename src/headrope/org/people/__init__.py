"""People: their posts and ranks, the bodies that they sit in, and the outside parties that are named."""
