"""Kind api: other programs write to us in signed requests, and get the answers at an address of theirs."""
