/// What can be measured, by the name of its subcommand.
public enum BenchmarkKind: String, Sendable, CaseIterable, Codable {
    /// What this PostgreSQL can do with hand-written statements and a bare client.
    case limit
    /// Bulk submission, beside COPY into the same tables.
    case submit
    /// Single submissions, beside pgbench doing the same.
    case oneByOne = "one-by-one"
    /// Working off what waits.
    case drain
    /// The same with many more waiting.
    case backlog
    /// The same with an old snapshot held open.
    case bloat
    /// From submission to handler on an idle queue.
    case latency
    /// Submitting and working off at the same time.
    case steady
    /// Submissions over HTTP.
    case http
    /// What a worker costs that has nothing to do.
    case idle
}
