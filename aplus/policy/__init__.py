"""Who may do what: pure Python, no Django, no database."""
