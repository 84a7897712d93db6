"""Organismes, groupes, territoires, communes: places, not people."""
