"""The item desk: what each question did, and questions set aside in one language."""
