import Crypto
import Foundation
import Scheduler

/// Tasks that a task submits and follows; it snoozes between two looks, so that it holds no slot while they run.
struct ChildTasks: Sendable {
    let desk: any TaskDesk
    let context: HandlerContext

    /// Submits a child; the same one again when it was submitted before.
    ///
    /// - Parameters:
    ///   - name: tells the children of one parent apart, however long it is
    /// - Returns: nil while a task of somebody else stands in its place.
    func submit<A: Action>(_ action: A.Type, _ params: A.Params, name: String) async throws -> TaskID? {
        let request = try TaskRequest(
            action, params, idempotencyKey: Self.key(of: name, under: context.taskID), requestedBy: context.requestedBy)
        guard let submitted = try await desk.submit([request]).first, submitted.kind != .alreadyUnfinished else { return nil }
        return submitted.id
    }

    /// A child's idempotency key: who makes a room or an account chooses its id, up to a length that would leave no place for the rest of the key.
    static func key(of name: String, under parent: TaskID) -> String {
        let key = "child:\(parent):\(name)"
        guard key.utf8.count > longestKey else { return key }
        return "child:\(parent):sha256:\(Data(SHA256.hash(data: Data(name.utf8))).base64EncodedString())"
    }

    /// What the scheduler takes, in bytes.
    private static let longestKey = 255

    /// How a child stands.
    func look(_ id: TaskID) async throws -> ChildState {
        guard let task = try await desk.task(id) else { return .ended(.gone) }
        guard task.status.isFinal else { return .unfinished }
        return .ended(task.status == .complete ? .complete(task.result) : .failed(task.error ?? "It was \(task.status.rawValue)."))
    }
}

/// How a child stands.
enum ChildState: Sendable {
    case unfinished
    case ended(ChildEnd)
}

/// How a child ended.
enum ChildEnd: Sendable {
    case complete(JSONBytes?)
    /// Failed or cancelled.
    case failed(String)
    /// Its retention was over before its parent looked.
    case gone

    /// What the child returned, if it is complete and readable.
    func result<Value: Decodable>(_ type: Value.Type) -> Value? {
        guard case .complete(let bytes?) = self else { return nil }
        return try? bytes.decode(type)
    }

    /// Why it did not end complete.
    var problem: String? {
        switch self {
        case .complete: nil
        case .failed(let reason): reason
        case .gone: "Its task is no longer kept, so how it ended is not known."
        }
    }
}
