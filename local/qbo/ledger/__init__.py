"""Double entry, and stock in layers by cost."""
