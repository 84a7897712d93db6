"""The gate: every URL declares its rule; default deny."""
