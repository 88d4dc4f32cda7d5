"""Money on its way: deposits, transfers between accounts, payments of credit cards."""
