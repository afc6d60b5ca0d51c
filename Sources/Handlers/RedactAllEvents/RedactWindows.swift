/// Spans of time that are given to the homeserver's own redact: pure.
///
/// That redact loses events when more than 100 lie in its span, and redacts again what is redacted already. So a span holds few events
/// and, as far as their times allow, none that is redacted.
enum RedactWindows {
    /// An event as far as it matters here.
    struct Moment: Equatable, Sendable {
        let ts: Int64
        let isRedacted: Bool
        /// Whether it is not the task's concern, but the homeserver's own redact would take it.
        var isForeign = false
    }

    /// A span of time, both ends included; without ends the whole room.
    struct Window: Equatable, Sendable {
        let afterTs: Int64?
        let beforeTs: Int64?
        let events: Int
    }

    /// The milliseconds in which events of the task's concern cannot be parted from others.
    static func mixed(_ moments: [Moment]) -> Set<Int64> {
        let foreign = Set(moments.lazy.filter(\.isForeign).map(\.ts))
        return Set(moments.lazy.filter { !$0.isForeign && !$0.isRedacted && foreign.contains($0.ts) }.map(\.ts))
    }

    /// Spans that cover every event that is not redacted, newest first, and none that is foreign.
    static func plan(_ moments: [Moment], largest: Int) -> [Window] {
        let times = Dictionary(grouping: moments, by: \.ts).map { ts, all in
            (ts: ts, count: all.count, open: all.contains { !$0.isRedacted } && !all.contains(where: \.isForeign))
        }.sorted { $0.ts > $1.ts }
        var windows: [Window] = []
        var current: Window?
        for time in times {
            // Events of one millisecond cannot be parted.
            if let window = current, !time.open || window.events + time.count > largest {
                windows.append(window)
                current = nil
            }
            guard time.open else { continue }
            current = Window(
                afterTs: time.ts, beforeTs: current?.beforeTs ?? time.ts, events: (current?.events ?? 0) + time.count)
        }
        if let current { windows.append(current) }
        return windows
    }
}
