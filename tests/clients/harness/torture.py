"""How often the tests of crashes kill, and the seed of the moments they choose."""

from __future__ import annotations

import os
import random

#: Kills of each test that kills again and again; `make torture` asks for 200.
KILLS = int(os.environ.get("CINNABAR_TORTURE_KILLS", "10"))
#: Shown by every failure; given again, the same moments come.
SEED = int(os.environ.get("CINNABAR_TORTURE_SEED", "0")) or random.SystemRandom().randrange(1, 10**9)
