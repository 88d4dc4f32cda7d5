"""What a company holds: objects, indexes, undo, and the file that keeps them."""
