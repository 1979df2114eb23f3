"""A stand-in for the submit server with its contract: `clerk.py ORDER`, MCP on stdio, one answer to `out`."""

from __future__ import annotations

import json
import os
import sys


def main() -> None:
    with open(sys.argv[1], encoding="utf-8") as file:
        order = json.load(file)
    tool = f"submit_{order['terms']['subject']}"
    for line in sys.stdin:
        asked = json.loads(line)
        if "id" in asked:
            result = answer(asked, order["out"], tool)
            print(json.dumps({"jsonrpc": "2.0", "id": asked["id"], "result": result}), flush=True)


def answer(asked: dict, out: str, tool: str) -> dict:
    match asked["method"]:
        case "initialize":
            said = {"name": "scafld", "version": "0"}
            version = asked["params"].get("protocolVersion", "2025-06-18")
            return {"protocolVersion": version, "capabilities": {"tools": {}}, "serverInfo": said}
        case "tools/list":
            return {"tools": [{"name": tool, "description": "Hand in.", "inputSchema": {"type": "object"}}]}
        case "tools/call":
            given = asked["params"]["arguments"]
            if "summary" not in given:
                return {"content": [{"type": "text", "text": "summary is missing"}], "isError": True}
            with open(f"{out}.part", "w", encoding="utf-8") as file:
                json.dump(given, file)
            os.rename(f"{out}.part", out)
            return {"content": [{"type": "text", "text": "accepted"}]}
        case _:
            return {}


main()
