import Glibc
import OwnedThread
import SchedulerTesting
import Testing

struct ThreadExecutorTests {
    @Test func `an actor's jobs run in order on one thread that is not the pool's`() async throws {
        let worker = try Worker()
        let threads = try await withThrowingTaskGroup(of: UInt.self) { group in
            for _ in 0..<200 { group.addTask { await worker.work() } }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(threads.count == 1)
        #expect(await worker.count == 200)
    }

    @Test func `a readable descriptor wakes the idle thread`() async throws {
        let worker = try Worker()
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        let (woken, wake) = AsyncStream.makeStream(of: Void.self)
        await worker.watch(ends[0]) { wake.finish() }
        _ = write(ends[1], "x", 1)
        for await _ in woken {}
        await worker.unwatch()
        ends.forEach { close($0) }
    }

    @Test func `the thread ends with its owner, and everything that was asked for is done`() async throws {
        let name = "ends\(UInt16.random(in: 0...UInt16.max))"
        var jobs: [Task<UInt, Never>] = []
        do {
            let worker = try Worker(name: name)
            jobs = (0..<50).map { _ in Task { await worker.work() } }
        }
        for job in jobs { _ = await job.value }
        jobs = []
        try await eventually("the end of the thread") { !threadNames().contains(name) }
    }

    @Test func `a task that prefers an executor's thread shares it with the actor`() async throws {
        let executor = try ThreadExecutor(name: "shared")
        let worker = Worker(on: executor)
        let threads = await withTaskExecutorPreference(ThreadTasks(on: executor)) {
            var threads: Set<UInt> = []
            for _ in 0..<50 {
                threads.insert(UInt(pthread_self()))
                threads.insert(await worker.work())
            }
            return threads
        }
        #expect(threads.count == 1)
        #expect(await worker.count == 50)
    }

    @Test func `a watch that was replaced does not end the one that replaced it`() async throws {
        let executor = try ThreadExecutor(name: "watches")
        let first = Worker(on: executor)
        let second = Worker(on: executor)
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        let (woken, wake) = AsyncStream.makeStream(of: Void.self)
        await first.watch(ends[0]) {}
        await second.watch(ends[0]) { wake.finish() }
        await first.unwatch()
        _ = write(ends[1], "x", 1)
        for await _ in woken {}
        await second.unwatch()
        ends.forEach { close($0) }
    }

    private func threadNames() -> [String] {
        guard let folder = opendir("/proc/self/task") else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let id = withUnsafePointer(to: &entry.pointee.d_name) {
                String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
            }
            guard let file = fopen("/proc/self/task/\(id)/comm", "r") else { continue }
            defer { fclose(file) }
            var line = [CChar](repeating: 0, count: 32)
            guard fgets(&line, 32, file) != nil else { continue }
            names.append(String(decoding: line.prefix { $0 > 10 }.map(UInt8.init(bitPattern:)), as: UTF8.self))
        }
        return names
    }
}

private actor Worker {
    private let executor: ThreadExecutor
    private(set) var count = 0
    private var watch: UInt64?
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(name: String = "worker") throws {
        executor = try ThreadExecutor(name: name)
    }

    init(on executor: ThreadExecutor) { self.executor = executor }

    func work() -> UInt {
        count += 1
        return UInt(pthread_self())
    }

    func watch(_ descriptor: Int32, _ body: @escaping @Sendable () -> Void) {
        watch = executor.watch(descriptor) { [weak self] in
            body()
            self?.assumeIsolated { $0.unwatch() }
        }
    }

    func unwatch() {
        if let watch { executor.unwatch(watch) }
    }
}
