"""What a demande may become, when it is due, whose turn it is: pure, no clock, no database."""
