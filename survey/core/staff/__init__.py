"""The staff list: a CSV file read into people and units, and compared with those who are known."""
