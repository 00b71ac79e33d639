"""``python -m synerise_frames``: the command line."""

import sys

from synerise_frames.cli import main

sys.exit(main())
