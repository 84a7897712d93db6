"""What a file is and may be, from its bytes and its name: no Django, no database."""
