import Handlers
import HomeserverTasks
import Scheduler
import SchedulerTesting
import Testing

/// A scheduler with a worker that has every homeserver handler, on a homeserver under test.
func withHomeserverWorker<R: Sendable>(
    _ server: any HomeserverUnderTest, change: (inout HandlerSettings) -> Void = { _ in },
    _ body: (TaskScheduler) async throws -> R
) async throws -> R {
    var settings = TestHandlers.settings
    settings.waitForLiftedLimit = .milliseconds(50)
    settings.waitForChildren = .milliseconds(20)
    settings.longestWaitForChildren = .milliseconds(100)
    settings.lookAtParent = .milliseconds(50)
    change(&settings)
    let ready = settings
    return try await withMusterDatabase { database in
        var numbers = SchedulerSettings.quick
        // A busy machine is no reason to call a handler unable.
        numbers.prepareTimeout = .seconds(30)
        let events = EventRecorder()
        let scheduler = try database.scheduler(actions: HomeserverCatalogue.actions, settings: numbers, events: events)
        var handlers = HandlerRegistry()
        try HomeserverHandlers.register(
            into: &handlers, configuration: server.configuration, httpClient: TestHandlers.http, desk: scheduler, settings: ready)
        let value = try await database.withWorker(scheduler, handlers: handlers) { _ in try await body(scheduler) }
        // What a handler submits belongs to its action's need: all of ours say it.
        for case .undeclaredSubmission(let action, let submits) in events.all {
            Issue.record("\(action) submits \(submits) and does not declare it")
        }
        return value
    }
}

extension TaskScheduler {
    /// Waits for a task's end and reads its result.
    func end<Value: Decodable>(of id: TaskID, as type: Value.Type) async throws -> (TaskRecord, Value?) {
        guard let record = try await wait(for: id, timeout: .seconds(60)) else { throw NotInTime(description: "no task \(id)") }
        return (record, try record.result?.decode(type))
    }

    /// The tasks of an action, oldest first.
    func all(_ action: ActionName) async throws -> [TaskRecord] {
        var query = TaskQuery()
        query.action = action
        query.oldestFirst = true
        query.limit = 1000
        return try await tasks(query).tasks
    }
}
