enum SchedulerTestingPlaceholder {}
