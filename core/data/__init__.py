"""From a file to windows: known data sets, a user's own file, splits and scaling."""
