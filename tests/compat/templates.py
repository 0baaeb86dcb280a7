"""Prints CloudFormation templates as JSON, with tags such as !Ref written out, by their paths."""

import json
import sys

from cfnlint.decode import decode

templates = {}
for path in sys.argv[1:]:
    templates[path], problems = decode(path)
    if problems:
        sys.exit(str(problems))
json.dump(templates, sys.stdout)
