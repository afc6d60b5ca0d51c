import Scheduler

/// `heartbeat`, `worker`, `retention` and `limits`: the scheduler's numbers.
enum SchedulerSection {
    static func read(_ top: Section) -> SchedulerSettings {
        var settings = SchedulerSettings()
        readHeartbeat(top, &settings)
        readWorker(top, &settings)
        readRetention(top, &settings)
        settings.limits = LimitsSection.read(top)
        return settings
    }

    private static func readHeartbeat(_ top: Section, _ settings: inout SchedulerSettings) {
        guard let section = top.section("heartbeat") else { return }
        let interval = section.duration("interval", in: .milliseconds(100)...(.seconds(60)))
        let deadAfter = section.duration("dead_after", in: .milliseconds(300)...(.seconds(3_600)))
        section.finish()
        if let interval { settings.heartbeatInterval = interval }
        if let deadAfter { settings.deadAfter = deadAfter }
        guard settings.deadAfter < settings.heartbeatInterval * 3 else { return }
        let (dead, beat) = (DurationText.text(settings.deadAfter), DurationText.text(settings.heartbeatInterval))
        section.complain(
            section.has("dead_after") ? "dead_after" : "interval",
            "breaks the rule that heartbeat.dead_after is at least three times heartbeat.interval: they are \(dead) and \(beat).")
    }

    private static func readWorker(_ top: Section, _ settings: inout SchedulerSettings) {
        guard let section = top.section("worker") else { return }
        let concurrency = section.int("concurrency", in: 1...1_000)
        let pollInterval = section.duration("poll_interval", in: .milliseconds(50)...(.seconds(60)))
        let grace = section.duration("shutdown_grace_period", in: .zero...(.seconds(3_600)))
        section.finish()
        if let concurrency { settings.concurrency = concurrency }
        if let pollInterval { settings.pollInterval = pollInterval }
        if let grace { settings.shutdownGracePeriod = grace }
    }

    private static func readRetention(_ top: Section, _ settings: inout SchedulerSettings) {
        guard let section = top.section("retention") else { return }
        let range = Duration.seconds(1)...Duration.seconds(36_500 * 86_400)
        if let complete = section.duration("complete", in: range) { settings.retention.complete = complete }
        if let failed = section.duration("failed", in: range) { settings.retention.failed = failed }
        if let cancelled = section.duration("cancelled", in: range) { settings.retention.cancelled = cancelled }
        section.finish()
    }
}
