"""Seals over the heads of all chains, what was exported of them, and how far the worker has looked."""

from django.db import models

from qiying.kernel.audit.models.append_only import AppendOnlyModel


class Seal(AppendOnlyModel):
    """One Merkle root over the heads of every chain that grew since the seal before; seals form a chain."""

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    algorithm = models.CharField(max_length=16)
    leaf_count = models.IntegerField()
    root = models.CharField(max_length=64)
    prev_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta(AppendOnlyModel.Meta):
        indexes = [models.Index(fields=["at"], name="audit_seal_at")]


class SealLeaf(AppendOnlyModel):
    """The head of one chain as one seal saw it; a seal's leaves are ordered by chain."""

    id = models.BigAutoField(primary_key=True)
    seal_seq = models.BigIntegerField()
    chain = models.CharField(max_length=80)
    seq = models.BigIntegerField()
    hash = models.CharField(max_length=64)

    class Meta(AppendOnlyModel.Meta):
        indexes = [
            models.Index(fields=["chain", "seq"], name="audit_leaf_chain"),
            models.Index(fields=["seal_seq"], name="audit_leaf_seal"),
        ]


class AnchorRecord(AppendOnlyModel):
    """One export of seals to a file outside the database."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    file = models.CharField(max_length=200)
    first_seal = models.BigIntegerField()
    last_seal = models.BigIntegerField(unique=True)

    class Meta(AppendOnlyModel.Meta):
        pass


class Watermark(models.Model):
    """How far a growing table has been looked through (`audit.arrivals`): a note, not a proof."""

    name = models.CharField(max_length=80, primary_key=True)
    settled_to = models.BigIntegerField(default=0)
    scanned_to = models.BigIntegerField(default=0)
    pending_to = models.BigIntegerField(null=True)
    pending_transaction = models.BigIntegerField(null=True)
