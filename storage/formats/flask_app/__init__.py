"""The old ImageNet3D Flask app: its SQLite database of people, tasks and questions, and where its folders lie."""
