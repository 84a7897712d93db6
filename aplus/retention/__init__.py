"""Erasure and the inventory of personal data."""
