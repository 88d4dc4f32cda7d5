"""Telling apps what changed: events, deliveries, and what goes wrong with them."""
