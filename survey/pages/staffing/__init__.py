"""The staff list in the console: uploading it, the tree of units, the people in it."""
