"""The clerk's workbook: a form as an .xlsx to be filled in, and what comes back of it."""
