"""Reading demandes; the first argument is the actor."""
