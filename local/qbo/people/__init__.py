"""What people do in QuickBooks itself."""
