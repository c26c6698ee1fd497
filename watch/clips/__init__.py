"""What a person kept: found again, set aside, worked over."""
