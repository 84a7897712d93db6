"""HTTP of signing in and of one's own security, one file per subject."""
