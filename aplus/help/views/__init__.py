"""The public home, the help and the legal pages."""
