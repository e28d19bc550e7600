"""What tests are made of: small data, small models, example figures, pages and a browser to drive."""
