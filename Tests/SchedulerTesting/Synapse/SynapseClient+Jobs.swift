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
        // Synapse has no way of telling when a job ends but to be asked.
        try await eventually("the job at \(statusPath) is complete", timeout: limit) {
            let answer = try await require("GET", statusPath).decode(Answer.self)
            if ["failed", "cancelled"].contains(answer.status) {
                throw SynapseError("the job at \(statusPath) is \(answer.status): \(answer.error ?? "no reason given")")
            }
            return answer.status == "complete"
        }
    }
}
