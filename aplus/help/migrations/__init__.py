"""Schema changes of the app."""
