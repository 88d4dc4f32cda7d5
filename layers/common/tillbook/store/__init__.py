"""What is stored: repositories in words of the business, written once on the Database port."""
