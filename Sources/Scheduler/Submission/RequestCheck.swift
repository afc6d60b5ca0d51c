import Crypto
import Foundation

/// What a request must satisfy before it goes near the database.
///
/// Pure.
struct RequestCheck {
    let catalogue: Catalogue
    let settings: SchedulerSettings

    /// Checks everything that needs no database.
    ///
    /// - Returns: the action's definition, and what the task is about.
    func validate(_ request: TaskRequest) throws -> (definition: ActionDefinition, resourceID: String?) {
        let definition = try definition(of: request.action)
        return (definition, try resourceID(of: request, as: definition))
    }

    /// The action's definition.
    func definition(of action: ActionName) throws -> ActionDefinition {
        guard let definition = catalogue[action] else { throw ActionNumbers.unknown(action, catalogue) }
        return definition
    }

    /// Checks a request against its action's definition.
    ///
    /// - Returns: what the task is about.
    func resourceID(of request: TaskRequest, as definition: ActionDefinition) throws -> String? {
        guard request.params.utf8.count <= settings.maximumParamsBytes else {
            throw SchedulerError(
                .tooLarge, "params have \(request.params.utf8.count) bytes, but at most \(settings.maximumParamsBytes) are allowed.",
                field: "params")
        }
        try text(request.resourceID, "resource_id", atLeast: 1, atMost: 1024)
        try text(request.idempotencyKey, "idempotency_key", atLeast: 1, atMost: 255)
        try text(request.requestedBy, "requested_by", atLeast: 0, atMost: 1024)
        if let attempts = request.maxAttempts, !(1...1000).contains(attempts) {
            throw Self.invalid("max_attempts", "must be 1 to 1,000")
        }
        if let runAt = request.runAt {
            guard runAt.timeIntervalSince1970.isFinite, abs(runAt.timeIntervalSince1970) < 32_503_680_000 else {
                throw Self.invalid("run_at", "must lie before the year 3000")
            }
        }
        if let place = request.params.placeOfNUL {
            throw Self.invalid(place.isEmpty ? "params" : "params.\(place)", "must not contain a NUL character")
        }
        let named = try resourceID(in: request, as: definition)
        if let named, let given = request.resourceID, given != named {
            throw Self.invalid("resource_id", "must be what params are about, or be left out")
        }
        let resourceID = named ?? request.resourceID
        if named != nil { try text(named, "resource_id", atLeast: 1, atMost: 1024) }
        if definition.defaults.uniqueByResource, resourceID == nil {
            throw Self.invalid("resource_id", "is required: only one unfinished '\(definition.name)' may exist for a resource")
        }
        return resourceID
    }

    // Params whose typed value was at hand are not read again: that would cost more than storing them.
    private func resourceID(in request: TaskRequest, as definition: ActionDefinition) throws -> String? {
        if let vouched = request.vouched, vouched.action == definition.type, request.action == definition.name {
            return vouched.resourceID
        }
        switch request.params.form {
        case .object: break
        case .repeatedKey(let key): throw Self.invalid("params", "must have the key '\(key)' once: it stands twice in one object")
        case .other: throw Self.invalid("params", "must be a JSON object")
        }
        do {
            return try definition.validate(request.params)
        } catch let problem as InvalidParams {
            throw SchedulerError(
                .invalidRequest, "params: \(problem).", field: problem.field.isEmpty ? "params" : "params.\(problem.field)")
        }
    }

    /// Names a request's content, so that one idempotency key cannot stand for two.
    static func digest(_ request: TaskRequest, resourceID: String?) -> [UInt8] {
        var hash = SHA256()
        for part in [request.action.rawValue, resourceID ?? ""] {
            hash.update(data: Data(part.utf8))
            hash.update(data: Data([0]))
        }
        hash.update(data: request.params.data)
        return Array(hash.finalize())
    }

    private func text(_ value: String?, _ field: String, atLeast: Int, atMost: Int) throws {
        guard let value else { return }
        guard (atLeast...atMost).contains(value.utf8.count) else { throw Self.invalid(field, "must have \(atLeast) to \(atMost) bytes") }
        guard !value.utf8.contains(0) else { throw Self.invalid(field, "must not contain a NUL character") }
    }

    private static func invalid(_ field: String, _ problem: String) -> SchedulerError {
        SchedulerError(.invalidRequest, "\(field) \(problem).", field: field)
    }
}
