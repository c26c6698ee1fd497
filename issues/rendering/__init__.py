"""What readers see: one function gives the web page, the email and the plain text of an issue."""
