"""Shared devices: lending them in the console, and what somebody sees who picks one up."""
