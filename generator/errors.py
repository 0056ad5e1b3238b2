"""What the generator refuses."""


class GeneratorError(Exception):
    """A request or a storyboard that the generator does not carry out; the message says why."""
