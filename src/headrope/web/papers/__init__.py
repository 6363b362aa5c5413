"""Papers from the pages: the sheet and the situation as .pdf and .docx, made by a process of its own."""
