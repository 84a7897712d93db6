"""What time does to demandes by itself."""
