/// Params that this build cannot read: the task is parked, not failed (I3).
struct UndecodableParams: Error {
    let reason: String
}
