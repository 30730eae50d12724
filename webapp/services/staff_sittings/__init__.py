"""Staff take the questionnaire by link, for the training of the model alone."""
