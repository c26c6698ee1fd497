"""The calendar of an issue, whose turn it is to edit it, and a message a day at the most to each person."""
