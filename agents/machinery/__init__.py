"""What one need not touch to change the model: records, rules, chance, codes, calendar, formulas."""
