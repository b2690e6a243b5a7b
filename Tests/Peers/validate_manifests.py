"""Says of each document whether it satisfies a JSON Schema, by another author's validator.

    validate_manifests.py SCHEMA DOCUMENTS ANSWERS     DOCUMENTS: a JSON array; ANSWERS: an array of true and false
"""
import json
import sys

from jsonschema import Draft202012Validator

schema_file, documents_file, answers_file = sys.argv[1:]
with open(schema_file, encoding="utf-8") as file:
    schema = json.load(file)
with open(documents_file, encoding="utf-8") as file:
    documents = json.load(file)
Draft202012Validator.check_schema(schema)
validator = Draft202012Validator(schema)
with open(answers_file, "w", encoding="utf-8") as file:
    json.dump([validator.is_valid(document) for document in documents], file)
