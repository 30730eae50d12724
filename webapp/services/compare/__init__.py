"""Two to four applicants of one vacancy side by side."""
