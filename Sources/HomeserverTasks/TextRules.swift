import Scheduler

/// What the texts of params may be, the same for every action; that none holds a NUL character is the scheduler's own rule.
enum TextRules {
    /// The longest free text in bytes: what fits into an event, which may have 64 KiB, beside all else that belongs there.
    static let longestText = 32_768

    /// A reason, a name or a message.
    static func check(_ text: String?, _ field: String) throws {
        guard let text, text.utf8.count > longestText else { return }
        throw InvalidParams(field: field, problem: "must have at most 32,768 bytes")
    }

    /// One room.
    static func check(room: String, _ field: String) throws {
        guard !MatrixID.isRoom(room) else { return }
        throw InvalidParams(field: field, problem: "is not a room id of the form !id:server or !id")
    }

    /// A list of rooms.
    static func check(rooms: [String], _ field: String) throws {
        guard let place = rooms.firstIndex(where: { !MatrixID.isRoom($0) }) else { return }
        throw InvalidParams(field: "\(field).[\(place)]", problem: "is not a room id of the form !id:server or !id")
    }

    /// A list of ids of any form.
    static func check(ids: [String], _ field: String) throws {
        guard let place = ids.firstIndex(where: { !(1...255).contains($0.utf8.count) || $0.utf8.contains(0) }) else { return }
        throw InvalidParams(field: "\(field).[\(place)]", problem: "must have 1 to 255 bytes, none of them NUL")
    }

    /// One user.
    static func check(user: String, _ field: String) throws {
        guard !MatrixID.isUser(user) else { return }
        throw InvalidParams(field: field, problem: "is not a user id of the form @name:server")
    }

    /// A list of users.
    static func check(users: [String], _ field: String) throws {
        guard let place = users.firstIndex(where: { !MatrixID.isUser($0) }) else { return }
        throw InvalidParams(field: "\(field).[\(place)]", problem: "is not a user id of the form @name:server")
    }

    /// An event.
    static func check(event: String?, _ field: String) throws {
        guard let event, !MatrixID.isEvent(event) else { return }
        throw InvalidParams(field: field, problem: "is not an event id of the form $id")
    }

    /// A task.
    static func check(task: String?, _ field: String) throws {
        guard let task, TaskID(task) == nil else { return }
        throw InvalidParams(field: field, problem: "is not a task's id")
    }
}
