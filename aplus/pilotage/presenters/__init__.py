"""What the screens of pilotage say to this reader."""
