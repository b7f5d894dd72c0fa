"""Large sets of cases for measuring: row for row what the services write, made hundreds of times faster.

Each life (`lives.py`) is lived once per starting day by the real services in a transaction that is rolled back
(`recording.py`). Ids, names, instants, references, commitments and hashes in what they wrote become blanks
(`stencil.py`), which are filled for every copy and chained anew (`stamping.py`), and written by COPY or
`executemany` (`writing.py`). `tests/test_bulk_loader.py` proves copies equal to cases made by the services.
"""
