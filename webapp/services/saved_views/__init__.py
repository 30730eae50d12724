"""What a recruiter asks of lists again and again, under names of their own."""
