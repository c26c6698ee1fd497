"""What is known of kept pages: fetched in the background, read, written down; never over a person's words."""
