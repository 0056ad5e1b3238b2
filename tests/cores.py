"""A core for each process: numpy, OpenCV and faiss read this once, so it is imported before them.

Tests run in a process a core. Threads that wait for each other on cores that others use do so in
loops: marking a clip took seven times the processor time.
"""

import os

ALONE = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "OPENCV_FOR_THREADS_NUM": "1"}

os.environ |= ALONE
