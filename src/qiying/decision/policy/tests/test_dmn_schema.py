"""Every exported policy is valid against the DMN 1.5 schema, which the OMG publishes and we do not ship.

QIYING_TEST_DMN_XSD names the file DMN15.xsd; the schemas it imports (DMNDI15, DI, DC) stand beside it.
"""

import os
from pathlib import Path

import pytest
from lxml import etree

from qiying.decision.indicators import standard_registry
from qiying.decision.policy.dmn_xml import to_dmn
from qiying.decision.policy.load import load_policies

SCHEMA = os.environ.get("QIYING_TEST_DMN_XSD", "")
POLICIES = {policy.id: policy for policy in load_policies([Path(__file__).parents[5] / "policies"])}
needs_schema = pytest.mark.skipif(
    not SCHEMA, reason="QIYING_TEST_DMN_XSD names no DMN15.xsd: exports are not validated against the schema"
)


@pytest.fixture(scope="module")
def schema():
    """The schema, compiled once; no network."""
    return etree.XMLSchema(etree.parse(SCHEMA, etree.XMLParser(no_network=True)))


@needs_schema
@pytest.mark.parametrize("key", POLICIES)
def test_the_export_is_valid_against_the_dmn_schema(key, schema):
    schema.assertValid(etree.fromstring(to_dmn(POLICIES[key], standard_registry())))


@needs_schema
def test_the_schema_in_use_refuses_what_dmn_forbids(schema):
    broken = to_dmn(next(iter(POLICIES.values())), standard_registry()).replace(
        b"hitPolicy=", b"hitPolicies="
    )
    assert not schema.validate(etree.fromstring(broken))
