"""Tracked items: the stock that documents move, and adjustments of it."""
