"""Rows for tests, with nothing surprising in them."""
