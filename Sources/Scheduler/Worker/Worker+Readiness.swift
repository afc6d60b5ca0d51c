extension Worker {
    /// What a readiness probe wants to know.
    public func readiness() -> WorkerReadiness {
        WorkerReadiness(
            isMember: membership.isMember, instance: membership.identity.instance,
            secondsSinceHeartbeat: membership.sinceLastBeat.secondsAsDouble,
            notReady: membership.manifest.filter { !$0.ready }, active: attempts.count.running, canClaim: canClaim,
            failing: scheduler.mood.failing().map(\.rawValue))
    }

    // A statement that hangs fails nothing: the last round then grows old.
    private var canClaim: Bool {
        guard let age = scheduler.mood.sinceRound(.claiming) else { return false }
        return age < scheduler.settings.pollInterval * 2 + scheduler.settings.deadAfter / 2 && !scheduler.mood.failing().contains(.claiming)
    }
}
