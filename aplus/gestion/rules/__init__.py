"""Pure rules of gestion."""
