"""The interview guide for one applicant: questions chosen from the profile, on a page and on paper."""
