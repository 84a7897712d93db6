"""HTTP of the demandes: read the form, one service call, answer."""
