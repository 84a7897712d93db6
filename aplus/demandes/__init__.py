"""The heart: demande, parts, thread, mandat."""
