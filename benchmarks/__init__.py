"""Timings and choices that need a clock or hours; never part of the tests."""
