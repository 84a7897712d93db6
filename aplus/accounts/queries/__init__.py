"""Reading people."""
