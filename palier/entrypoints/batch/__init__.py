"""What runs by itself: the queue's tasks, and the rounds that time brings.

Thin: a task reads the clock and calls one verb of a room below.
"""
