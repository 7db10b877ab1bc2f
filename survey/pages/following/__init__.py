"""How an open round goes: the response by division and unit, and whom its messages do not reach."""
