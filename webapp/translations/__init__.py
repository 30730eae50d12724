"""The words of the pages: English in the source, Russian and Lithuanian in catalogues beside it."""
