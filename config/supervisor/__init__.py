"""`palier run`: one process in the foreground that starts all the others, keeps them running and stops them."""
