"""What handlerActions.py and createOnly.py do alike: a JSON file that says something of each resource type in some templates."""

import json
import sys
from pathlib import Path


def hold(script, facts_of):
    """The script's file, by its arguments: held against what `facts_of` gives for each type, or written."""
    file = Path(script).with_suffix(".json")
    checking = sys.argv[1] == "--check"
    types = set()
    for path in sys.argv[2 if checking else 1 :]:
        types |= {resource["Type"] for resource in json.loads(Path(path).read_text())["Resources"].values()}
    found = {type: sorted(facts_of(type)) for type in sorted(types)}
    if not checking:
        file.write_text(json.dumps(found, indent=2) + "\n")
    elif json.loads(file.read_text()) != found:
        sys.exit(f"{file.name} is not what CloudFormation's schemas say. They say:\n{json.dumps(found, indent=2)}")
