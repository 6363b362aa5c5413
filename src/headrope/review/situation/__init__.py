"""The situation of a group or any inner unit: what stands where, why, what has no answer and what has moved."""
