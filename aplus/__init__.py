"""Administration+: one folder per subject, imports go down only (see ARCHITECTURE.md)."""
