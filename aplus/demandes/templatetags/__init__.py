"""Template tags of the demandes."""
