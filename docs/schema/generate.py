"""Writes the JSON Schema of the documents that a feed sends, beside this file."""

import json
from pathlib import Path

from tillbook.channels import feed

if __name__ == "__main__":
    text = json.dumps(feed.json_schema(), indent=2, ensure_ascii=False)
    Path(__file__).with_name("documents.json").write_text(text + "\n", encoding="utf-8")
