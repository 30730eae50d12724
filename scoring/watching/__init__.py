"""One look at a model at work: are its applicants still like its staff, and like the applicants of some weeks ago?"""
