"""Files of links from other tools: looked at first, then brought in; bringing one again changes nothing."""
