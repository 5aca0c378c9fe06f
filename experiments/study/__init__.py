"""A study as a file, and one run of it: what varies, how it is sampled, what is kept, and what its bits depend on."""
