"""The books: measures, facts with their vintages, and the cube that adds them up."""
