"""The line that a recruiter draws in a list: after how many people. It decides nothing."""
