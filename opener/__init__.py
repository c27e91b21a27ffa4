"""The slicer opener: opens print3d:// links of the dashboard in a lab PC's slicers. Standard library only."""
