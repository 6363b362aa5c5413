"""Papers for the table: what the pages say, as .pdf and .docx, every number with its reference."""
