"""Which properties of the resource types in the given templates cannot be changed in place: createOnly.json.

From the schemas of CloudFormation's registry that cfn-lint carries. `createOnly.py --check TEMPLATE …` exits 1 when the
file does not say the same; without --check it writes it. checkTemplate.sh runs it in cfn-lint's environment.
"""

from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER
from typeFile import hold


def properties(type):
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", type).schema
    paths = schema.get("createOnlyProperties", []) + schema.get("conditionalCreateOnlyProperties", [])
    return {path.removeprefix("/properties/") for path in paths}


hold(__file__, properties)
