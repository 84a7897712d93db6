"""Tests of the policy: no database."""
