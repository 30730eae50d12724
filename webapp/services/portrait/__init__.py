"""What a recruiter reads of one applicant beside the result: profile, how it came about, quality, ways on."""
