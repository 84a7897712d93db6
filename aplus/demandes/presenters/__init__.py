"""What a screen says to this reader; no query here."""
