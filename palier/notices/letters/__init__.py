"""What is said of each kind of event: one function a kind, from the event to a draft, or None when nothing is said."""
