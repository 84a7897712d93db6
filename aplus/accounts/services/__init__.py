"""Acting on accounts, one file per subject."""
