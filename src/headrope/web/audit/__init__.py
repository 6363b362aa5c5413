"""The audit trail, for who has the right to read it on the whole group."""
