"""What is measured: README.md beside this file has the commands and the results."""
