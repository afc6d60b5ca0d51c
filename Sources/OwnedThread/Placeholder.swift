enum OwnedThreadPlaceholder {}
