"""Commands of the demandes."""
