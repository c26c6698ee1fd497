"""What the desk does beyond forms: transitions, previews, uploads, the home page."""
