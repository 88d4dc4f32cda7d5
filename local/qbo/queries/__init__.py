"""Reading: the query language, the rows it finds, and what has changed."""
