"""What data can say about the numbers of the model, fitted and written as the package ships it."""
