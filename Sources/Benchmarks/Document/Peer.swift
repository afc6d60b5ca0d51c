/// Another queue beside Muster: measured in the same way on the same server, or elsewhere.
public struct Peer: Codable, Sendable, Hashable {
    /// Its name and version.
    public var name: String
    /// How it was set up, in a few words.
    public var conditions: String
    /// Tasks a second, drained.
    public var drain: Spread?
    /// Tasks a second, submitted in bulk.
    public var submit: Spread?
    /// Submission to handler start, a task every 10 ms on an idle queue.
    public var latency: Percentiles?
    /// PostgreSQL's CPU time for a task, and the write-ahead log.
    public var serverMicroseconds: Double?
    /// Bytes of write-ahead log for a task.
    public var walBytes: Double?
    /// Whether these are figures of another machine of the same kind.
    public var isElsewhere: Bool

    enum CodingKeys: String, CodingKey {
        case name, conditions, drain, submit
        case latency = "latency_ms"
        case serverMicroseconds = "server_us_per_task"
        case walBytes = "wal_bytes_per_task"
        case isElsewhere = "measured_elsewhere"
    }
}

/// Muster and its peers, the fastest first.
struct PeerTable: Sendable {
    let peers: [Peer]
    let results: Results

    /// Markdown.
    var lines: [String] {
        // Measured with them in one run, or else by the benchmarks of its own.
        let rows = ((peers.contains { $0.name == "Muster" } ? [] : [muster]) + peers).sorted {
            $0.drain?.median ?? 0 > $1.drain?.median ?? 0
        }
        return [
            "| queue | set up | drain, tasks/s | bulk submission, tasks/s | latency p50 / p95 / p99 ms | PostgreSQL µs/task | WAL B/task |",
            "|---|---|---:|---:|---:|---:|---:|",
        ]
            + rows.map { peer in
                let cells: [String] = [
                    (peer.name == "Muster" ? "**Muster**" : peer.name) + (peer.isElsewhere ? " (measured elsewhere)" : ""), peer.conditions,
                    rate(peer.drain), rate(peer.submit),
                    peer.latency.map { [$0.p50, $0.p95, $0.p99].map(FigureText.number).joined(separator: " / ") } ?? "",
                    peer.serverMicroseconds.map(FigureText.number) ?? "", peer.walBytes.map(FigureText.number) ?? "",
                ]
                return "| " + cells.joined(separator: " | ") + " |"
            }
    }

    private var muster: Peer {
        let drain = results.drain(paramsBytes: 60)
        let submit = results.find("submit") { !$0.conditions.hasPrefix("the same rows") }
        return Peer(
            name: "Muster", conditions: "as it ships; history kept", drain: drain?.rate, submit: submit?.rate,
            latency: results.find("latency")?.latency, serverMicroseconds: drain?.serverMicroseconds, walBytes: drain?.walBytes,
            isElsewhere: false)
    }

    private func rate(_ spread: Spread?) -> String {
        spread.map { "\(FigureText.number($0.median)) (\(FigureText.range($0)))" } ?? ""
    }
}
