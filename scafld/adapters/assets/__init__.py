"""What scafld brings along as files: settings, prompts, schemas, workflows, and what a tool is called to a model."""

import os

ASSETS = os.path.dirname(os.path.abspath(__file__))
"""The folder that they lie in, absolute."""
