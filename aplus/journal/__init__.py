"""The append-only trail: who did what, on what, when; never content."""
