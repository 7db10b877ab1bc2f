"""A staff list to fill in: its columns, and two rows that show what goes where."""

HEADER = ("Employee number", "Division", "Team", "Staff group", "Clinical", "Site", "E-mail", "Mobile", "Language")
ROWS = (
    ("00123", "Surgery", "Theatres", "Nursing and Midwifery Registered", "", "Main", "a.nurse@trust.example", "", ""),
    ("00124", "Finance", "Payroll", "Administrative and Clerical", "no", "Main", "", "07700 900123", "cy"),
)
