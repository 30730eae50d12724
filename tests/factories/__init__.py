"""One factory a table: the least that a row needs, with everything else given by the test."""
