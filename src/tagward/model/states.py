"""The states that a release ripens through; each holds the one before it."""

from __future__ import annotations

from tagward.model.candidate import Candidate, Stranger
from tagward.model.distributions import Distributions
from tagward.model.installation import Installation
from tagward.model.workspace import Workspace

State = Candidate | Workspace | Distributions | Installation
Subject = State | Stranger
