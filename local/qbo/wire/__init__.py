"""HTTP: reads requests, asks the rules, writes answers. It knows no rules itself."""
