"""Keys of the demandes: seal, open, re-wrap, erase."""
