import Scheduler

/// `GET /_muster/v1/tasks`, `…/{id}` and `…/{id}/attempts`.
struct TaskReading: Sendable {
    let scheduler: TaskScheduler

    /// A page of tasks, newest first unless `order=oldest`.
    @Sendable func list(_ call: Call) async throws -> Reply {
        let page = try await scheduler.tasks(try Self.query(call.query))
        return Reply([
            "tasks": .array(page.tasks.map { .object(TaskView.summary($0)) }), "next": .text(page.next?.description),
        ])
    }

    /// Reads filters and paging; every mistake is named.
    static func query(_ items: QueryItems) throws -> TaskQuery {
        try items.allow(only: ["action", "after", "limit", "order", "resource_id", "status"])
        var query = TaskQuery()
        query.statuses = try items.all("status").map { word in
            guard let status = TaskStatus(rawValue: word) else {
                let words = TaskStatus.allCases.map(\.rawValue).joined(separator: ", ")
                throw APIError.invalid("'status' must be one of \(words).", field: "status")
            }
            return status
        }
        query.action = try items.single("action").map { name in
            let action = ActionName(rawValue: name)
            guard action.isValid else { throw APIError.invalid("'action' is not an action's name.", field: "action") }
            return action
        }
        query.resourceID = try items.single("resource_id").map { text in
            guard (1...1024).contains(text.utf8.count), !text.utf8.contains(0) else {
                throw APIError.invalid("'resource_id' must be 1 to 1,024 bytes.", field: "resource_id")
            }
            return text
        }
        query.after = try items.single("after").map { text in
            guard let id = TaskID(text) else { throw APIError.invalid("'after' must be a task's id.", field: "after") }
            return id
        }
        if let text = try items.single("limit") { query.limit = try limit(text) }
        switch try items.single("order") {
        case nil, "newest": query.oldestFirst = false
        case "oldest": query.oldestFirst = true
        default: throw APIError.invalid("'order' must be newest or oldest.", field: "order")
        }
        return query
    }

    /// A page's size.
    static func limit(_ text: String) throws -> Int {
        guard let limit = Int(text), (1...1000).contains(limit) else {
            throw APIError.invalid("'limit' must be a whole number from 1 to 1000.", field: "limit")
        }
        return limit
    }

    /// One task.
    @Sendable func show(_ call: Call) async throws -> Reply {
        try call.query.allow(only: [])
        let id = try Self.id(call)
        guard let task = try await scheduler.task(id) else { throw Self.unknown(id) }
        return Reply(TaskView.full(task, showsParams: call.maySeeParams))
    }

    /// The ended tries of a task, oldest first.
    @Sendable func attempts(_ call: Call) async throws -> Reply {
        try call.query.allow(only: [])
        let id = try Self.id(call)
        guard try await scheduler.task(id) != nil else { throw Self.unknown(id) }
        return Reply(["attempts": .array(try await scheduler.attempts(of: id).map(TaskView.attempt))])
    }

    /// The id in the path; what is no id is no task either.
    static func id(_ call: Call) throws -> TaskID {
        guard let id = TaskID(call["id"]) else { throw APIError.notFound("There is no task with this id: an id is a decimal number.") }
        return id
    }

    static func unknown(_ id: TaskID) -> APIError {
        .notFound("There is no task with the id \(id); finished tasks are kept for a limited time.")
    }
}
