"""What is measured, asked for and checked, as offices keep it: tables, forms and files of every kind of definition."""
