"""Slides as data, written as PowerPoint, HTML, pictures and zip."""
