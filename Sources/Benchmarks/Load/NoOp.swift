import Postgres
import Scheduler

/// The action that benchmarks run: it does nothing, or sleeps.
enum NoOp: Action {
    /// When it was submitted, for latency; the rest of the object is only there for its size.
    ///
    /// Read only when a handler asks: a queue that is measured is not to be measured with a JSON parser.
    struct Params: Codable, Sendable {
        private struct Stamp: Codable {
            var at: Int64
        }

        private let json: JSONBytes

        init(_ json: JSONBytes) { self.json = json }

        init(from decoder: any Decoder) throws { json = NoOp.params(at: try Stamp(from: decoder).at, bytes: 0) }

        func encode(to encoder: any Encoder) throws { try Stamp(at: submittedAt()).encode(to: encoder) }

        /// ``MonotonicTime``; zero when nobody counts.
        func submittedAt() throws -> Int64 { try json.decode(Stamp.self).at }
    }

    static let name: ActionName = "bench"
    static let summary = "Does nothing, so that only the queue is measured."
    static let defaults = ActionDefaults()
    static let furtherKeys = ["*"]

    static func decode(_ params: JSONBytes) throws -> Params { Params(params) }

    /// Params of about this many bytes.
    static func params(at time: Int64 = 0, bytes: Int) -> JSONBytes {
        let head = "{\"at\":\(time),\"pad\":\""
        return JSONBytes(head + String(repeating: "x", count: max(0, bytes - head.utf8.count - 2)) + "\"}")
    }
}

/// The fleet of a benchmark: one process named `main`, which runs everything.
enum NoOpFleet {
    /// Submits and looks; a submission is accepted whether or not the process lives yet.
    static func scheduler(client: PostgresClient, settings: SchedulerSettings = .init(), events: any EventSink = SilentSink()) throws
        -> TaskScheduler
    {
        let topology = Topology(onUncovered: .park, gracePeriod: .seconds(86_400))
        return TaskScheduler(
            client: client, catalogue: try Catalogue([ActionDefinition(NoOp.self)]), topology: topology, settings: settings, events: events)
    }
}

/// Keeps nothing: a benchmark reads its own clocks.
struct SilentSink: EventSink {
    func record(_ event: SchedulerEvent) {}
}
