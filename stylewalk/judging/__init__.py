"""What people see on walks: blinded trials, the page that shows them, and what answers say."""
