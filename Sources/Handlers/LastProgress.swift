import Scheduler

extension HandlerContext {
    /// Shows the last counters, also when the attempt is being cancelled: they and the result say the same.
    func reportLast(_ progress: TaskProgress) async {
        await Task { await report(progress) }.value
    }
}
