"""Accounts: who may sign in, what they may do and see, and where they are signed in."""
