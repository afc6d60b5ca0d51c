/// What orchestrators ask: is the process alive, and can it do its part.
struct HealthRoutes: Sendable {
    let source: ReadinessSource
    let timeout: Duration

    /// 200 as long as requests are answered at all.
    @Sendable func live(_ call: Call) -> Reply { Reply(["status": "ok"]) }

    /// 200 or 503, with what is missing.
    @Sendable func ready(_ call: Call) async throws -> Reply {
        let source = source
        let readiness: Readiness
        do {
            readiness = try await TimeLimit.run(within: timeout) { await source() }
        } catch is APIError {
            return Reply(
                ["ready": false, "problem": .string("The process did not say within \(timeout) whether it is ready.")],
                status: .serviceUnavailable)
        }
        let gaps = readiness.gaps.map { gap -> JSONValue in
            ["action": .string(gap.action.rawValue), "problem": .string(gap.problem)]
        }
        let body: JSONValue = [
            "ready": .bool(readiness.isReady), "instance": .string(readiness.instance), "state": .string(readiness.state.rawValue),
            "database": !readiness.isDatabaseReachable ? "unreachable" : readiness.failing.isEmpty ? "reachable" : "refusing",
            "can_claim": .bool(readiness.canClaim), "failing": .array(readiness.failing.map { .string($0) }),
            "actions_not_ready": .array(gaps),
        ]
        return Reply(body, status: readiness.isReady ? .ok : .serviceUnavailable)
    }
}
