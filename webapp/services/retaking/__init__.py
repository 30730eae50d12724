"""Taking a questionnaire again: an earlier result, its reuse, and exceptions."""
