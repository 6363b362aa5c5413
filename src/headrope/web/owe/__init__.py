"""What one owes: the forms to fill in and to accept, and who has not reported."""
