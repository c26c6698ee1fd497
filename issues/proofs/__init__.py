"""Reading an issue before it is out, for those who have no account."""
