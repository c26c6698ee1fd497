"""The watch desk: from a link that somebody keeps to a section in an issue."""
