"""What is decided in pilotage without the database."""
