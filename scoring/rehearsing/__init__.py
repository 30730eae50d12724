"""What another model would change: many people scored from text as it lies in a database, two rankings side by side."""
