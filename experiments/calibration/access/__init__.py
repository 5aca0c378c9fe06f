"""What people need to be online, by economy and year: coverage, lines, electricity, skills, prices; fits and refits."""
