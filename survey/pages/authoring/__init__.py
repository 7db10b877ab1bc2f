"""The console's questionnaires: the library, adding to it, comparing versions, trying one out."""
