"""What the Data page is made of: the way of a file into the workspace, and what is told of a data set."""
