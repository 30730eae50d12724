"""What a model would change in open vacancies, found out before it serves and without changing anything."""
