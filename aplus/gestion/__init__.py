"""Screens that need both people and demandes: groupes, profile."""
