"""Files and notes that are attached to other objects."""
