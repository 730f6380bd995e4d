"""What browsers report of pages that broke their content security policy."""
