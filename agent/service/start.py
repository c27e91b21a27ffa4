"""Where the executable begins."""

import sys

from agent.__main__ import main

sys.exit(main())
