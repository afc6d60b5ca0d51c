import HomeserverClient
import Scheduler

extension HomeserverClient {
    /// Checks what every handler needs: a homeserver that answers, and the token of a server admin.
    ///
    /// - Parameter redacts: whether the handler also acts in users' names
    /// - Throws: ``DependencyUnavailable`` where the homeserver could not be asked; `HomeserverError` where it refuses.
    func prepare(redacts: Bool = false) async throws {
        // Less than the worker waits: who takes longer is unreachable, not refused.
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await hasty.check(redacts: redacts) }
            group.addTask {
                try await Task.sleep(for: configuration.timeouts.prepare)
                throw DependencyUnavailable("The homeserver takes too long to answer.")
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private func check(redacts: Bool) async throws {
        do {
            let adminID = try await requireAdmin()
            try await requireNoLoop()
            guard redacts else { return }
            try await requirePuppet(adminID: adminID)
            try await requireClientURL(adminID: adminID)
        } catch let error as HomeserverError where error.isTransient && !error.isLoop {
            throw DependencyUnavailable(error.description)
        }
    }
}
