"""Acts, effects and guards that any procedure takes with one line each.

`agreeing` several parties say yes · `asking` one asks, a second person decides · `material` papers asked and given ·
`reminding` rungs, urging letters, acknowledgement · `recording` notes, contacts, what programs write · `ending` taking
back, annulling · `correcting` slips put right · `countersigning` an answer approved in its unit · `writing` letters.
"""
