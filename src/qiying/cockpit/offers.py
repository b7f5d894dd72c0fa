"""The page of numbers for capabilities that have an address of their own for it."""

from qiying.cockpit.views.numbers import numbers_page
from qiying.kernel.organisations.offers import provide

provide("numbers_page", numbers_page)
