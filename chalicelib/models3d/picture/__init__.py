"""The steps of drawing a picture of a mesh, from the camera to the PNG file, with numpy alone."""
