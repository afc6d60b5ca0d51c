import Testing

@testable import AdminAPI

@Suite(.timeLimit(.minutes(1))) struct HealthTests {
    @Test func `a ready process says so, without a token`() async throws {
        try await TestAPI.withoutDatabase { (api: TestAPI) async throws in
            #expect(try await api.get("/health/live", nil).status == 200)
            let answer = try await api.get("/health/ready", nil)
            #expect(answer.status == 200)
            #expect(
                answer.json == [
                    "ready": true, "instance": "main", "state": "running", "database": "reachable", "can_claim": true,
                    "failing": .array([]), "actions_not_ready": .array([]),
                ])
        }
    }

    @Test func `a gap, a lost database or a drain makes it 503 and says why`() async throws {
        var gap = Readiness.fine
        gap.gaps = [.init(action: "redact_all_events", problem: "No handler is registered.")]
        try await TestAPI.withoutDatabase(readiness: { [gap] in gap }) { (api: TestAPI) async throws in
            let answer = try await api.get("/health/ready", nil)
            #expect(answer.status == 503)
            #expect(
                answer["actions_not_ready"]
                    == .array([["action": "redact_all_events", "problem": "No handler is registered."]]))
            #expect(try await api.get("/health/live", nil).status == 200)
        }
        try await TestAPI.withoutDatabase(readiness: { Readiness(instance: "w", state: .running, isDatabaseReachable: false) }) {
            (api: TestAPI) async throws in
            let answer = try await api.get("/health/ready", nil)
            #expect(answer.status == 503)
            #expect(answer.text("database") == "unreachable")
        }
        try await TestAPI.withoutDatabase(readiness: {
            Readiness(instance: "w", state: .running, isDatabaseReachable: true, failing: ["beating"])
        }) { (api: TestAPI) async throws in
            let answer = try await api.get("/health/ready", nil)
            #expect(answer.status == 503)
            #expect(answer.text("database") == "refusing")
            #expect(answer["failing"] == .array(["beating"]))
        }
        try await TestAPI.withoutDatabase(readiness: {
            Readiness(instance: "w", state: .running, isDatabaseReachable: true, canClaim: false)
        }) { (api: TestAPI) async throws in
            let answer = try await api.get("/health/ready", nil)
            #expect(answer.status == 503)
            #expect(answer["can_claim"] == .bool(false))
        }
        try await TestAPI.withoutDatabase(readiness: { Readiness(instance: "w", state: .draining, isDatabaseReachable: true) }) {
            (api: TestAPI) async throws in
            #expect(try await api.get("/health/ready", nil).status == 503)
        }
    }

    @Test func `a process that cannot say in time is not ready`() async throws {
        var settings = AdminAPISettings()
        settings.readinessTimeout = .milliseconds(20)
        // Ends only by the cancellation that the bound brings.
        let never: ReadinessSource = {
            for await _ in AsyncStream<Void>.makeStream().stream {}
            return .fine
        }
        try await TestAPI.withoutDatabase(settings: settings, readiness: never) { (api: TestAPI) async throws in
            let answer = try await api.get("/health/ready", nil)
            #expect(answer.status == 503)
            #expect(answer["ready"] == false)
        }
    }
}
