"""Who there is: units in time, people who sign in, and the mandates that say what they may see and do."""
