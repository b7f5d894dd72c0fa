"""Tables of integrity: what is sealed, and the published lists."""

from qiying.capabilities.integrity.models.lists import Edition
from qiying.capabilities.integrity.models.sealing import Message, Report, SealedFile, SealKey
