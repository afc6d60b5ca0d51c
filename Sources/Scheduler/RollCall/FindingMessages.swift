/// The words of each finding: one sentence for what is wrong, one for what to do.
extension Finding {
    static func missingHandler(action: ActionName, process: String, key: String) -> Finding {
        Finding(
            kind: .missingHandler, action: action, process: process,
            problem: "\(process) is on the route of \(action) but its build has no handler for it.",
            remedy: "Register the handler in that build, or take \(process) off the route (\(key)).")
    }

    static func handlerNotReady(action: ActionName, process: String, reason: String?) -> Finding {
        let why = reason.map { ": \(sentence($0))" } ?? "."
        return Finding(
            kind: .handlerNotReady, action: action, process: process,
            problem: "\(process) has the handler for \(action), but it cannot work\(why)",
            remedy: "Mend what it names; \(process) looks again by itself while it runs, or start it again.")
    }

    static func dependencyUnreachable(action: ActionName, process: String, reason: String) -> Finding {
        Finding(
            kind: .dependencyUnreachable, action: action, process: process,
            problem: "\(process) cannot tell whether its handler for \(action) works: \(sentence(reason))",
            remedy: "Nothing is refused or parked for it: its tasks wait without losing attempts, and \(process) asks again by itself.")
    }

    static func schemaMismatch(action: ActionName, process: String) -> Finding {
        Finding(
            kind: .schemaMismatch, action: action, process: process,
            problem: "\(process) reads another form of the params of \(action) than this build writes.",
            remedy: "Run the same version on every process of the route: upgrade \(process), or this build.")
    }

    static func noLiveProcess(action: ActionName, processes: [String], key: String) -> Finding {
        guard !processes.isEmpty else {
            return Finding(
                kind: .noLiveProcess, action: action, problem: "The route of \(action) is empty, so no process may run it.",
                remedy: "Name at least one process in \(key).")
        }
        let names = processes.joined(separator: ", ")
        let verb = processes.count == 1 ? "is" : "are"
        return Finding(
            kind: .noLiveProcess, action: action, process: processes.count == 1 ? processes[0] : nil,
            problem: "\(names) \(verb) on the route of \(action) but not running, and no other process can run it.",
            remedy: "Start \(names), or route \(action) to a process that runs (\(key)).")
    }

    static func drainingOnly(action: ActionName, processes: [String], key: String) -> Finding {
        let names = processes.joined(separator: ", ")
        return Finding(
            kind: .drainingOnly, action: action, process: processes.count == 1 ? processes[0] : nil,
            problem: "Only \(names) could run \(action), and \(processes.count == 1 ? "it is" : "they are") draining: "
                + "no new work is taken.",
            remedy: "Start \(names) again, or route \(action) to another process too (\(key)).")
    }

    static func unknownInstance(_ name: String, key: String, action: ActionName?, known: [String]) -> Finding {
        let nearest = NearestName.to(name, among: known)
        let hint = nearest.map { "Write \($0) if that is meant" } ?? "Name one of \(known.joined(separator: ", "))"
        let lost = action.map { "\($0) would never run there." } ?? "what it routes would never run there."
        return Finding(
            kind: .unknownInstance, action: action, process: name,
            problem: "\(key) names \(name), which instance_map lacks, so \(lost)",
            remedy: "\(hint), or add \(name) to instance_map.")
    }

    static func duplicateInstance(_ name: String, count: Int) -> Finding {
        Finding(
            kind: .duplicateInstance, process: name,
            problem: "\(count) live processes have the name \(name).",
            remedy: "Stop all but one of them, or give each a worker_name of its own in instance_map.")
    }

    static func configMismatch(process: String, others: [String]) -> Finding {
        Finding(
            kind: .configMismatch, process: process,
            problem: "\(process) runs with another shared configuration than \(others.joined(separator: ", ")).",
            remedy: "Give every process the same shared file, and restart those that read another one.")
    }

    static func unknownAction(_ action: ActionName, unfinished: Int) -> Finding {
        Finding(
            kind: .unknownAction, action: action,
            problem: "\(unfinished) unfinished \(unfinished == 1 ? "task or schedule has" : "tasks or schedules have") "
                + "the action \(action), which no build here knows.",
            remedy: "Deploy a build that has \(action), or cancel what waits for it.")
    }

    static func unknownAction(routed action: ActionName, nearest: String?) -> Finding {
        let hint = nearest.map { "Write \($0) if that is meant" } ?? "Deploy a build that has it"
        return Finding(
            kind: .unknownAction, action: action,
            problem: "task_routes routes the action \(action), which no build here knows.",
            remedy: "\(hint), or remove it from task_routes.")
    }

    /// The text as one line that ends in a period.
    private static func sentence(_ text: String) -> String {
        let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
        return line.hasSuffix(".") ? line : line + "."
    }
}
