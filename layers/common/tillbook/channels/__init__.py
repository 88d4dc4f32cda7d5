"""What arrives: signature checks and payload to documents, a file per channel."""
