"""The table of contents of the help, and how its words are found: no request, no file."""
