"""What the Compare page is made of: the grid that is asked for, studies and their folders, how far they are."""
