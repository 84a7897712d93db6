"""The forms of pilotage."""
