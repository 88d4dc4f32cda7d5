"""Currencies: what a transaction is in, and what that is in the home currency."""
