"""The outbox: messages are written with the change they tell of, and sent by the tick."""
