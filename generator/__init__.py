"""The bundled video generator: a prompt becomes a storyboard, a storyboard becomes a clip."""
