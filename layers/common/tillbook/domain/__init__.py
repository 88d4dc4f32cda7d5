"""Rules without input or output: money, documents, keys, sync states, checks."""
