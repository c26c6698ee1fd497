"""What readers answer to a section: one opinion for each mail they got, and words to its authors."""
