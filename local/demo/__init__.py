"""The demonstration: a day of a shop, from signed webhooks to proven books (``make demo``)."""
