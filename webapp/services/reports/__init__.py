"""Reports on models as pages: sections with what each figure means and does not, charts, tables and files."""
