"""Blind hiring: what a recruiter may see of somebody before a decision is recorded."""
