"""What a page says of itself. Nothing here knows Django: it runs in a process apart, without our secrets."""
