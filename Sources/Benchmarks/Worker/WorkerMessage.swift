import Foundation

/// What the process under test says on its standard output, one message a line.
enum WorkerMessage: Codable, Sendable {
    /// The worker is about to connect.
    case starting(at: Int64)
    /// It answered the roll call and works.
    case ready(at: Int64)
    /// So many tasks were handled by then.
    case mark(handled: Int, at: Int64)
    /// Delays from submission to handler, counted since the last time.
    case delays(Durations, at: Int64)

    /// One line without its end.
    func line() throws -> String { String(decoding: try JSONEncoder().encode(self), as: UTF8.self) }

    /// Reads a line; nil when it is something else.
    static func parse(_ line: String) -> WorkerMessage? { try? JSONDecoder().decode(WorkerMessage.self, from: Data(line.utf8)) }
}
