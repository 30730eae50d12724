"""The ranked list of a vacancy, from ten applicants to a million."""
