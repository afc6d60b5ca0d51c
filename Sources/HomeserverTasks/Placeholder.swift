enum HomeserverTasksPlaceholder {}
