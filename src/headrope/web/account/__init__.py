"""One's own account: mandates, delegation, sign-in and language."""
