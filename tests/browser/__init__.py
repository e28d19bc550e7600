"""The product as a person uses it, in a real Chromium."""
