"""What the pages of the help show."""
