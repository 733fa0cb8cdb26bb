"""Style: the network whose features it is measured by, its weights, and style losses."""
