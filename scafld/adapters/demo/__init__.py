"""A story played on the real command line: the whole life of one change, on an example repository.

from scafld.adapters.demo.play import tell

told = tell(keep="/tmp/shop", environ=environ, say=print, width=80)
"""
