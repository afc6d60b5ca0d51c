import Crypto
import Foundation
import Scheduler

/// Names what must agree between processes: the instance map, the routes, the policy for uncovered actions, the limits.
///
/// Secrets, listeners and numbers may differ from process to process and are not part of it; nor is the order in which names stand.
enum SharedDigest {
    static func of(instances: [String: InstanceAddress], routes: Routes, rollCall: RollCallSettings, limits: [ActionName: ActionLimit])
        -> String
    {
        var lines: [String] = []
        for (name, address) in instances {
            switch address {
            case .tcp(let host, let port): lines.append(line("instance", name, host, "\(port)"))
            case .unix(let path): lines.append(line("instance", name, path))
            }
        }
        lines.append(line("run_background_tasks_on", routes.runBackgroundTasksOn.sorted()))
        for (action, route) in routes.taskRoutes { lines.append(line("task_route", [action.rawValue] + route.sorted())) }
        for (duty, route) in routes.dutyRoutes { lines.append(line("duty", [duty] + route.sorted())) }
        lines.append(line("roll_call", rollCall.onUncovered.rawValue, DurationText.text(rollCall.gracePeriod)))
        for (action, limit) in limits {
            let rate = limit.rate.map { "\($0.count)/\(DurationText.text($0.period))" }
            lines.append(line("limit", action.rawValue, limit.concurrency.map { "\($0)" } ?? "", rate ?? ""))
        }
        let digest = SHA256.hash(data: Data(lines.sorted().joined(separator: "\n").utf8))
        return digest.map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0" + text : text
        }.joined()
    }

    private static func line(_ words: String...) -> String { line(words[0], Array(words.dropFirst())) }

    /// Words of a line are told apart by their lengths, so that no two configurations write the same lines.
    private static func line(_ head: String, _ words: [String]) -> String {
        ([head] + words).map { "\($0.utf8.count):\($0)" }.joined(separator: " ")
    }
}
