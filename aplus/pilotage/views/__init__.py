"""HTTP of pilotage."""
