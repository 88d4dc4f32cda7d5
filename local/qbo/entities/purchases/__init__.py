"""What is bought, what is owed for it, and what vendors are paid."""
