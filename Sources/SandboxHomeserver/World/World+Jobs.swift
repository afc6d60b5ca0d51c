extension World {
    /// Finished jobs that are kept; older ones are forgotten.
    static let keptJobs = 10_000

    mutating func submit(_ action: JobAction, about resourceID: String, _ work: JobWork) -> String {
        let job = Job(id: identifiers.job(), action: action, resourceID: resourceID, work: work)
        jobs[job.id] = job
        jobOrder.append(job.id)
        if jobOrder.count > Self.keptJobs, let index = jobOrder.firstIndex(where: { jobs[$0]?.isFinished ?? true }) {
            jobs[jobOrder.remove(at: index)] = nil
        }
        return job.id
    }

    func unfinishedJobs() -> [String] { jobOrder.filter { jobs[$0]?.isFinished == false } }

    /// Marks a job as begun and returns it; `nil` if it is not to be done any more.
    mutating func begin(_ jobID: String) -> Job? {
        guard let job = jobs[jobID], !job.isFinished else { return nil }
        jobs[jobID]?.status = .active
        jobs[jobID]?.timestamp = Self.now()
        return jobs[jobID]
    }

    mutating func finish(_ jobID: String, result: SandboxJSON?, error: String? = nil) {
        jobs[jobID]?.status = error == nil ? .complete : .failed
        jobs[jobID]?.timestamp = Self.now()
        if let result { jobs[jobID]?.result = result }
        jobs[jobID]?.error = error
    }

    /// The error with which a test wants this job to end, once.
    mutating func takePlannedFailure(_ action: JobAction) -> String? {
        guard plannedFailures[action]?.isEmpty == false else { return nil }
        return plannedFailures[action]?.removeFirst()
    }
}
