"""Persons with their posts, bodies with their members, and outside parties, as offices and administrators keep them."""
