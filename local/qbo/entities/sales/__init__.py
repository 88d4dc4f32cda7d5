"""What is sold, and what customers pay."""
