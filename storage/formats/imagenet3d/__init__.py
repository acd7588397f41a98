"""The ImageNet3D data set: where its files lie, what an object's dictionary holds, and how both are written."""
