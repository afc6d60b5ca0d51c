enum HomeserverClientPlaceholder {}
