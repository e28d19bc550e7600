"""When each row is: dates and clocks in their writings, zones, the step, the regular axis."""
