public import struct Foundation.Date

extension TaskRequest {
    /// Describes a task of a typed action.
    ///
    /// - Throws: `EncodingError` when the params have no JSON form.
    public init<A: Action>(
        _ action: A.Type, _ params: A.Params, resourceID: String? = nil, priority: TaskPriority = .normal, runAt: Date? = nil,
        idempotencyKey: String? = nil, requestedBy: String? = nil
    ) throws {
        self.init(
            action: A.name, params: try JSONBytes(encoding: params), resourceID: resourceID, priority: priority, runAt: runAt,
            idempotencyKey: idempotencyKey, requestedBy: requestedBy)
        // What the rules refuse is told at submission, like everything else that is wrong with a request.
        if (try? A.validate(params)) != nil {
            vouched = VouchedParams(action: ObjectIdentifier(A.self), resourceID: A.resourceID(of: params))
        }
    }
}
