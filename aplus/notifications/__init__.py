"""The only sender of mail."""
