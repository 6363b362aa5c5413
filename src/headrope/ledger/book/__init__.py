"""The group workbook: one .xlsx with a sheet for each file of the folder form, out of the ledger and into it."""
