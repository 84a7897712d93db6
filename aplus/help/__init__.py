"""Guides, FAQ, contact and legal pages."""
