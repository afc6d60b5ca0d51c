import Metrics

/// Counts every event that has a number; labels are only action and outcome, so that their variety is bounded.
public struct MetricsSink: EventSink {
    /// A sink that writes to the bootstrapped metrics system.
    public init() {}

    /// Counts one event.
    public func record(_ event: SchedulerEvent) {
        switch event {
        case .submitted(let action, let count, let parked):
            add("muster_tasks_submitted", count, [("action", action.rawValue), ("parked", "\(parked)")])
        case .submissionRefused(let action, _):
            add("muster_submissions_refused", 1, [("action", action.rawValue)])
        case .claimed(let count, let seconds):
            add("muster_tasks_claimed", count, [])
            Timer(label: "muster_claim_seconds").recordSeconds(seconds)
        case .attemptEnded(_, let action, _, let outcome, let seconds, _):
            let labels = [("action", action.rawValue), ("outcome", outcome)]
            add("muster_attempts_ended", 1, labels)
            Timer(label: "muster_attempt_seconds", dimensions: labels).recordSeconds(seconds)
        case .claimLost(_, let action, _):
            add("muster_claims_lost", 1, [("action", action.rawValue)])
        case .processDied:
            add("muster_processes_died", 1, [])
        case .reclaimed(let count, let quarantined):
            add("muster_tasks_reclaimed", count, [])
            add("muster_tasks_quarantined", quarantined, [])
        case .forgottenClaimsReleased(let count):
            add("muster_claims_forgotten", count, [])
        case .released(let count):
            add("muster_claims_released", count, [])
        case .parked(let action, let count):
            add("muster_tasks_parked", count, [("action", action.rawValue)])
        case .unparked(let action, let count):
            add("muster_tasks_unparked", count, [("action", action.rawValue)])
        case .swept(let count):
            add("muster_tasks_swept", count, [])
        case .historyDropped:
            add("muster_partitions_dropped", 1, [])
        case .vacuumed(let table, _):
            add("muster_vacuums", 1, [("table", table)])
        case .databaseTrouble:
            add("muster_database_trouble", 1, [])
        case .undeclaredSubmission, .attemptStarted, .attemptAbandoned, .dependencyUnavailable, .processJoined, .processLeft,
            .selfFenced, .rollCalled, .outcomeRefused:
            break
        }
    }

    /// Counts many events, ended attempts of one action and outcome together.
    public func record(_ events: [SchedulerEvent]) {
        var rest = events[...]
        while let event = rest.first {
            guard case .attemptEnded(_, let action, _, let outcome, _, _) = event else {
                record(event)
                rest = rest.dropFirst()
                continue
            }
            let labels = [("action", action.rawValue), ("outcome", outcome)]
            let timer = Timer(label: "muster_attempt_seconds", dimensions: labels)
            let before = rest.count
            while case .attemptEnded(_, action, _, outcome, let seconds, _)? = rest.first {
                timer.recordSeconds(seconds)
                rest = rest.dropFirst()
            }
            add("muster_attempts_ended", before - rest.count, labels)
        }
    }

    private func add(_ label: String, _ amount: Int, _ dimensions: [(String, String)]) {
        Counter(label: label, dimensions: dimensions).increment(by: amount)
    }
}
