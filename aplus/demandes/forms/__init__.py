"""The shape of what is typed; saving and rights are elsewhere."""
