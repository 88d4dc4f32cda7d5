"""Tax agencies, rates and codes, and the tax of documents."""
