"""Migrations of ui."""
