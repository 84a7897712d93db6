"""Clock, ids, base model, text: imports nothing of aplus."""
