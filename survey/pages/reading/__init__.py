"""Reading results: the heat map of a round, one vision across all units, one unit across all visions.

Everything shown comes from a release's cells. What follows from a release is rendered once and kept.
"""
