import ServiceLifecycle

/// A service that gets a few seconds for its graceful stop, and is cancelled then.
///
/// A request that waits for something that takes long, or a client that reads slowly, must not hold up the stop of those who come after.
struct BoundedStop: Service {
    let service: any Service
    var limit: Duration = .seconds(4)

    func run() async throws {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await service.run()
                return true
            }
            group.addTask {
                try await gracefulShutdown()
                try await ContinuousClock().sleep(for: limit)
                return false
            }
            let hasEnded = try await group.next() ?? true
            group.cancelAll()
            // What it says of being cut short tells nobody anything.
            if !hasEnded { _ = try? await group.next() }
        }
    }
}
