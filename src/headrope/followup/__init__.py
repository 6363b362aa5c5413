"""Following up: the outbox, reminders of what is owed, and the tick that keeps them going."""
