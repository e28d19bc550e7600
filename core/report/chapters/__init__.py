"""The figures of the product with their words and numbers, one topic a file; pages, slides and files share them."""
