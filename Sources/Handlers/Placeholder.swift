enum HandlersPlaceholder {}
