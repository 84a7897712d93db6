"""Journeys in a real browser, on a real web server, worker and mails."""
