"""Who serves whom: by file, by rules between units, or by hand."""
