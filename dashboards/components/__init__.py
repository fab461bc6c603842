"""What pages are drawn with. A component takes rows and the view and draws; it selects and computes nothing."""
