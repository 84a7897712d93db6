"""The forms of those who manage a groupe, and of one's own account."""
