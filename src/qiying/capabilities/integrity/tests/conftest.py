"""What makes guessing dear makes tests dear; that the product's own cost is dear has a test."""

from nacl.pwhash import argon2id

from qiying.capabilities.integrity.rules import sealing

# at collection, so that every test of the run has it
sealing.OPERATIONS, sealing.MEMORY = argon2id.OPSLIMIT_MIN, argon2id.MEMLIMIT_MIN
