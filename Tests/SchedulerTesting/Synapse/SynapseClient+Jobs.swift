extension SynapseClient {
    /// Follows one of Synapse's own jobs, a purge or a redact or a delete, until it is complete.
    ///
    /// - Parameters:
    ///   - statusPath: Where Synapse tells the job's `status`.
    ///   - limit: How long it may take. Synapse resumes an interrupted job only a minute after its restart.
    /// - Throws: When the job has failed, or is not complete in time.
    public func waitForJob(at statusPath: String, within limit: Duration = .seconds(60)) async throws {
        struct Answer: Decodable {
            let status: String
            let error: String?
        }
        let deadline = ContinuousClock.now + limit
        while true {
            let answer = try await require("GET", statusPath).decode(Answer.self)
            switch answer.status {
            case "complete": return
            case "failed", "cancelled":
                throw SynapseError("the job at \(statusPath) is \(answer.status): \(answer.error ?? "no reason given")")
            default: break
            }
            guard ContinuousClock.now < deadline else {
                throw SynapseError("the job at \(statusPath) is still \(answer.status) after \(limit)")
            }
            // Synapse has no way of telling when a job ends but to be asked.
            try await Task.sleep(for: .milliseconds(25))
        }
    }
}
