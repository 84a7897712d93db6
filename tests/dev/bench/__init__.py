"""The worlds at scale and their measures."""
