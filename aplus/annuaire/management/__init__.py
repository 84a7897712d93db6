"""Commands of the annuaire."""
