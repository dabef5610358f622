"""What answers each address of the staff desk: read the form, call one verb, say what came of it."""
