"""Questionnaires: their model, and reading them from files."""
