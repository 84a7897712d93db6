"""What the page of one demande says to this reader."""
