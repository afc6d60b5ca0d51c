import NIOCore
import ServiceLifecycle

/// A service whose Swift tasks run on one event loop, all that it starts as child tasks included.
struct ServiceOnLoop<Inner: Service>: Service {
    let service: Inner
    let loop: any EventLoop

    func run() async throws {
        try await withTaskExecutorPreference(LoopExecutor(loop: loop)) { try await service.run() }
    }
}

/// Runs Swift tasks on an event loop.
///
/// The loop must live as long as any of them: those of NIO's singleton live as long as the process.
final class LoopExecutor: TaskExecutor {
    private let loop: any EventLoop

    init(loop: any EventLoop) { self.loop = loop }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
