"""Figures, coverage, directory: metadata only."""
