public import Foundation
import Glibc
public import Scheduler

/// Does what the params say, and writes start, effect and end of each run into the ledger.
public struct LedgerHandler<A: FaultAction>: Handler {
    /// The action that it performs.
    public typealias HandledAction = A

    private let ledger: Ledger
    private let instance: String
    private let boot: UUID

    init(_ action: A.Type, ledger: Ledger, instance: String, boot: UUID) {
        self.ledger = ledger
        self.instance = instance
        self.boot = boot
    }

    /// One run.
    public func run(_ params: FaultParams, in context: HandlerContext) async throws -> Outcome {
        let run = UUID()
        try await write(.start, run, context)
        do {
            let outcome = try await perform(params, run, context)
            try await write(.end, run, context)
            return outcome
        } catch is CancellationError {
            try await write(.cut, run, context)
            throw CancellationError()
        } catch let error as SchedulerError {
            // The store was away: somebody goes on from the checkpoint.
            try await write(.cut, run, context)
            throw error
        }
    }

    private func perform(_ params: FaultParams, _ run: UUID, _ context: HandlerContext) async throws -> Outcome {
        switch params.behaviour {
        case .plain: try await work(params.work, run, context)
        case .deaf: try await Task { try await work(params.work, run, context) }.value
        case .throwing:
            if context.attempt < 3 {
                try await write(.cut, run, context)
                throw ToldToThrow()
            }
            try await work(params.work, run, context)
        case .hanging: try await ContinuousClock().sleep(for: .seconds(600))
        case .oversized:
            try await write(.effect, run, context)
            return .complete(JSONBytes(utf8: Array("\"\(String(repeating: "x", count: 65_537 - 2))\"".utf8)))
        case .poison: kill(getpid(), SIGKILL)
        case .snoozing:
            let naps = context.checkpoint(as: Int.self) ?? 0
            if naps < 2 {
                try await context.save(checkpoint: naps + 1)
                return .snoozed(for: .milliseconds(50), reason: "told to")
            }
            try await work(params.work, run, context)
        case .stepping:
            var step = context.checkpoint(as: Int.self) ?? 0
            while step < 10 {
                try await pause(params.work / 10)
                step += 1
                try await context.save(checkpoint: step, progress: TaskProgress(done: Int64(step), total: 10))
            }
            try await write(.effect, run, context)
        }
        return try .complete(["run": run.uuidString])
    }

    private func work(_ milliseconds: Int, _ run: UUID, _ context: HandlerContext) async throws {
        try await pause(milliseconds / 2)
        try await write(.effect, run, context)
        try await pause(milliseconds - milliseconds / 2)
    }

    private func pause(_ milliseconds: Int) async throws {
        if milliseconds > 0 { try await ContinuousClock().sleep(for: .milliseconds(milliseconds)) }
    }

    // What has happened is written down whether or not the run was told to stop meanwhile.
    private func write(_ moment: Ledger.Moment, _ run: UUID, _ context: HandlerContext) async throws {
        let entry = Ledger.Entry(
            run: run, task: context.taskID.rawValue, attempt: context.attempt, action: context.action.rawValue, instance: instance,
            boot: boot, moment: moment)
        try await Task { try await ledger.write(entry) }.value
    }
}

/// What a throwing task throws.
public struct ToldToThrow: Error, CustomStringConvertible {
    /// The same in each.
    public let description = "told to throw"
}

extension FaultCatalogue {
    /// Handlers of the actions that are named.
    public static func handlers(_ names: [String], ledger: Ledger, instance: String, boot: UUID) throws -> HandlerRegistry {
        var registry = HandlerRegistry()
        for action in actions where names.contains(action.name.rawValue) {
            try register(action, in: &registry, ledger: ledger, instance: instance, boot: boot)
        }
        return registry
    }

    private static func register<A: FaultAction>(
        _ action: A.Type, in registry: inout HandlerRegistry, ledger: Ledger, instance: String, boot: UUID
    ) throws {
        try registry.register(LedgerHandler(action, ledger: ledger, instance: instance, boot: boot))
    }
}
