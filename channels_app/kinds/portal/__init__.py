"""What customers write in their own pages of the help centre."""
