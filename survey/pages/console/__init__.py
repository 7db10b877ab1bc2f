"""The console: the frame around everything that people see who have signed in, and its first page."""
