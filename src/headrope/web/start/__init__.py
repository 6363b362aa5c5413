"""Starting a group in the browser: settings, one workbook out and in, what it would load, and first passwords."""
