"""Wiring only: environment, settings, URLs, WSGI."""
