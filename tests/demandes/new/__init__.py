"""Tests of a new demande and of the mandat."""
