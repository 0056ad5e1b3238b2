"""Fingerprints of video: which known clip does this picture come from, and which part of it?

`descriptor.describe` turns frames into 256-bit codes, `index.Index` finds near codes among many,
and `align.find` asks whether what was found lies on one time line. Everything works on arrays
(frames uint8, (T, H, W, 3), RGB) and knows no files.
"""
