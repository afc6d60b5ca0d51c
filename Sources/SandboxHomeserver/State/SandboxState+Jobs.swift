extension SandboxState {
    /// As many jobs as Synapse does at once.
    private static let jobsAtOnce = 5

    /// Does submitted jobs until cancelled; a job that is cut off stays active and begins again with the next server.
    func runJobs() async {
        let stream = queue.attach { world.withLock { $0.unfinishedJobs() } }
        await withTaskGroup(of: Void.self) { group in
            var running = 0
            var seen: Set<String> = []
            for await jobID in stream where seen.insert(jobID).inserted {
                if running == Self.jobsAtOnce {
                    await group.next()
                    running -= 1
                }
                group.addTask { await self.perform(jobID) }
                running += 1
            }
        }
    }

    private func perform(_ jobID: String) async {
        guard let job = world.withLock({ $0.begin(jobID) }) else { return }
        await gate.pass()
        if Task.isCancelled { return }
        // Forgotten while it was held.
        guard world.withLock({ $0.jobs[jobID] != nil }) else { return }
        if let error = world.withLock({ $0.takePlannedFailure(job.action) }) {
            end(job, result: nil, error: error)
            return
        }
        do {
            switch job.work {
            case .purgeHistory(let purge):
                try await Task.sleep(for: settings.purgeDuration)
                end(job, result: nil, error: world.withLock { $0.purge(purge) })
            case .roomShutdown(let shutdown): try await perform(shutdown, as: job)
            case .redaction(let redaction): try await perform(redaction, as: job)
            }
        } catch let refusal as SandboxRefusal {
            end(job, result: nil, error: "\(refusal.status): \(refusal.message)")
        } catch {
            // Cancelled: the server stops, and the job stays active as a killed homeserver leaves it.
            return
        }
    }

    private func perform(_ shutdown: RoomShutdown, as job: Job) async throws {
        let result = try world.withLock { world in
            let result = try world.shutDown(shutdown)
            world.jobs[job.id]?.result = result
            return result
        }
        if shutdown.purge {
            try await Task.sleep(for: settings.roomDeletionDuration)
            world.withLock { $0.purgeRoom(shutdown.roomID) }
        }
        end(job, result: result, error: nil)
    }

    private func perform(_ redaction: UserRedaction, as job: Job) async throws {
        var failed: [String: SandboxJSON] = [:]
        for roomID in redaction.rooms {
            let targets = try world.withLock { world throws(SandboxRefusal) in
                guard world.rooms[roomID] != nil else { throw .notFound("Could not find room_version for \(roomID)") }
                return world.targets(of: redaction, in: roomID)
            }
            for eventID in targets {
                try await Task.sleep(for: settings.redactionDuration)
                do throws(SandboxRefusal) {
                    try change { world throws(SandboxRefusal) in try world.redactInPlace(eventID, for: redaction) }
                } catch {
                    failed[eventID] = .string("\(error.status): \(error.message)")
                }
            }
        }
        end(job, result: ["failed_redactions": .object(failed)], error: nil)
    }

    private func end(_ job: Job, result: SandboxJSON?, error: String?) {
        let isIdle = world.withLock { world in
            world.finish(job.id, result: result, error: error)
            return world.unfinishedJobs().isEmpty
        }
        if isIdle { queue.tellIdle() }
    }
}
