"""The pandas toolkit for the Synerise Analytics Suite.

Every calculation of the API as a tidy, typed DataFrame. ``ws = sf.demo()`` needs no account.
"""

import logging

import lazy_loader as lazy

from synerise_frames.plotting import accessor as _accessor

# Names are loaded when they are first used: a script that only reads frames waits for nothing
# else. __init__.pyi lists them.
__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)

logging.getLogger("synerise_frames").addHandler(logging.NullHandler())

_accessor.register()
