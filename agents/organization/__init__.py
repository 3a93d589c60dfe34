"""The organization as a whole: playbook, focus, vision, targets, head-count, money, measures."""
