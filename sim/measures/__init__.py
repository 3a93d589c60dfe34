"""What is measured: of a week, a quarter, a whole run; the wheel; what no run may break."""
