"""Name lists: accounts, customers, vendors, employees, items and the small ones."""
