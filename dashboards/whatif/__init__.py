"""The what-if in one room: the published counts, the scores under other rules, and their table on the page."""
