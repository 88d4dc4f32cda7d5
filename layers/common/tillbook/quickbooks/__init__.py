"""What is sent: documents to QuickBooks JSON and back, queries, the table of faults."""
