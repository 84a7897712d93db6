"""Template tags of the page skeleton."""
