"""Views that are not ours and may answer, each with its reason (module path of the callable)."""

ALLOWED: dict[str, str] = {}
