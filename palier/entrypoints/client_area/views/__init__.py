"""One page or act a file: read what was asked, call one verb or one filled page, answer."""
