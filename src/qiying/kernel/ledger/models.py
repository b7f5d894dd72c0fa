"""What every ledger's rows have: a capability adds the book they belong to and what they are about."""

from django.db import models


class AbstractEntry(models.Model):
    """One movement between accounts of a book; its postings sum to zero. Append only.

    A ledger's own entry adds the foreign key to its book (`related_name="entries"`) and to what moved it.
    """

    kind = models.CharField(max_length=12)
    key = models.CharField(max_length=80, unique=True)  # the same movement is never written twice
    at = models.DateTimeField()
    on = models.DateField()
    by_id = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=60)
    memo = models.CharField(max_length=200, blank=True)
    document = models.CharField("文号", max_length=60, blank=True)  # by which it is given or taken

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.key


class AbstractPosting(models.Model):
    """One side of a movement: an amount into (+) or out of (−) an account of the book. Append only.

    A ledger's own posting adds `entry` (`related_name="postings"`) and a unique constraint over entry and account.
    """

    account = models.CharField(max_length=10)
    amount = models.BigIntegerField()  # in the ledger's smallest unit: fen for money

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.account} {self.amount}"
