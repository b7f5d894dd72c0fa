"""The demo district 明川区: invented units, people, enterprises and a year of cases, made by services only."""
