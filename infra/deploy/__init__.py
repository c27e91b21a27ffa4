"""To AWS: what is uploaded, the stack that it becomes, and the commands that bring it there."""
