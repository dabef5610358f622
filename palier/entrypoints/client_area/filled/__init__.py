"""From the rooms to the pages: each function reads what one page shows and returns the page's frozen value.

They read and never write. An address is left empty where the reader's role does not go.
"""
