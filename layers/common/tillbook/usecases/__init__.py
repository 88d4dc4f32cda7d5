"""A function per thing the system does; ports and the time come in as arguments."""
