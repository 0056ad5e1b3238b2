"""Importing opt-outs: reading what there is, then writing it all or nothing."""
