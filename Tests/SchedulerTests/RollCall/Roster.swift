import Foundation
import Scheduler

/// The actions of these tests: small, without Matrix.
enum Sweep: Action {
    struct Params: Codable, Sendable {}
    static let name: ActionName = "sweep"
    static let summary = "Sweeps"
    static let defaults = ActionDefaults()
}

enum Notify: Action {
    struct Params: Codable, Sendable {}
    static let name: ActionName = "notify"
    static let summary = "Notifies"
    static let defaults = ActionDefaults(paramsVersion: 2, dutyKey: "pusher_instances")
}

enum Roster {
    static func catalogue() throws -> Catalogue { try Catalogue([ActionDefinition(Sweep.self), ActionDefinition(Notify.self)]) }

    /// Both handlers of the catalogue's own build.
    static let handlers = [
        HandlerRecord(action: Sweep.name, schemaDigest: ActionDefinition(Sweep.self).schemaDigest),
        HandlerRecord(action: Notify.name, schemaDigest: ActionDefinition(Notify.self).schemaDigest),
    ]

    static func without(_ action: ActionName) -> [HandlerRecord] { handlers.filter { $0.action != action } }

    static func changing(_ action: ActionName, _ change: (inout HandlerRecord) -> Void) -> [HandlerRecord] {
        handlers.map { handler in
            var copy = handler
            if copy.action == action { change(&copy) }
            return copy
        }
    }

    static func process(
        _ instance: String, handlers: [HandlerRecord] = handlers, state: ProcessState = .running, isLive: Bool = true, config: String = "a"
    ) -> ProcessRecord {
        ProcessRecord(
            incarnation: UUID(), instance: instance, host: "host", pid: 1, version: "1", configDigest: config, state: state,
            startedAt: Date(timeIntervalSince1970: 0), beatAt: Date(timeIntervalSince1970: 0), isLive: isLive, handlers: handlers)
    }

    /// `main` and `background_worker`, everything on the latter, as in the bug that the roll call is there for.
    static let topology = Topology(instances: ["main", "background_worker"], runBackgroundTasksOn: ["background_worker"])

    static func call(_ processes: [ProcessRecord], unfinished: [String: Int] = [:]) throws -> RollCallReport {
        try call(topology, processes, unfinished: unfinished)
    }

    static func call(_ topology: Topology, _ processes: [ProcessRecord], unfinished: [String: Int] = [:]) throws -> RollCallReport {
        try RollCall.call(catalogue: catalogue(), topology: topology, processes: processes, unfinished: unfinished)
    }
}
