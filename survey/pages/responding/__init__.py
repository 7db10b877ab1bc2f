"""The respondent's journey: landing, questions, checking, sending, and after.

A GET reads; a POST writes and redirects. Every page works without a script, and ships none.
"""
