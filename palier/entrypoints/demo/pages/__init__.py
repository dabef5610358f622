"""What each page of the demo shows, as frozen values: `filled/` makes them, a template says them."""
