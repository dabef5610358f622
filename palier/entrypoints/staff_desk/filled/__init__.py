"""Queries in, pages out: each page of the staff desk is filled here, whole, from what the rooms below say."""
