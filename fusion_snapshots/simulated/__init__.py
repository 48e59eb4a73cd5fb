"""A simulated Seqera Platform: its HTTP API, as far as tw asks for it, over a state that lies in a folder of files.

The program in `tw/`, which stands in for tw, calls `api.exchange` itself; the tests also serve it to the real tw over
https. Both keep the same state and the same journal of requests, so a test may ask the same of both. No rendered folder
gets a copy of this wing.
"""
