"""The pure core: what answers mean. No I/O, no clock, no randomness."""
