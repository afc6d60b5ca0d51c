/// What a submission needs of a roll call.
struct CoverageAnswer: Sendable {
    var report: RollCallReport
    /// Since when each uncovered action is, as noted by maintenance.
    var uncoveredFor: [ActionName: Duration]
}
