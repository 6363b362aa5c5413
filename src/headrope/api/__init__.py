"""The interface for programs: the same questions and actions as the pages, over HTTP with tokens."""
