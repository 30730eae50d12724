"""A vacancy's list as a file: CSV, XLSX or PDF of the view that a recruiter has before them."""
