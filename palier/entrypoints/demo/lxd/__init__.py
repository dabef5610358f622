"""A LXD of our own: started by hand in a folder of its own, with everything it needs, and gone afterwards."""
