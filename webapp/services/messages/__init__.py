"""Messages to applicants: templates in several languages, sending with time to take back, what became of them."""
