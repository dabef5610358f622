"""How fast the main job is, against the machine's own limit, measured in the same run. Judges nothing."""
