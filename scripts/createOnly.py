"""Which properties of the resource types in the given templates cannot be changed in place: createOnly.json.

From the schemas of CloudFormation's registry that cfn-lint carries. `createOnly.py --check TEMPLATE …` exits 1 when the
file does not say the same; without --check it writes it. checkTemplate.sh runs it in cfn-lint's environment.
"""

import json
import sys
from pathlib import Path

from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

FILE = Path(__file__).with_suffix(".json")
checking = sys.argv[1] == "--check"
types = set()
for path in sys.argv[2 if checking else 1 :]:
    types |= {resource["Type"] for resource in json.loads(Path(path).read_text())["Resources"].values()}

found = {}
for type in sorted(types):
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", type).schema
    paths = schema.get("createOnlyProperties", []) + schema.get("conditionalCreateOnlyProperties", [])
    found[type] = sorted({path.removeprefix("/properties/") for path in paths})

if not checking:
    FILE.write_text(json.dumps(found, indent=2) + "\n")
elif json.loads(FILE.read_text()) != found:
    sys.exit(f"{FILE.name} is not what CloudFormation's schemas say. They say:\n{json.dumps(found, indent=2)}")
