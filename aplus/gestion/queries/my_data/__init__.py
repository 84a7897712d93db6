"""What A+ knows about a person: what is told of them, and its reading."""
