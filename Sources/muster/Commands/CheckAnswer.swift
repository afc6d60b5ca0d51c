import Scheduler

/// What `muster check` found.
struct CheckAnswer: Sendable {
    /// The version that every process is taken to run.
    let version: String
    /// The roll call of the deployment as configured.
    let planned: RollCallReport
    /// The roll call of the processes that run now, under `--live`.
    let running: RollCallReport?
    /// The columns of the matrices: the instance map, then names that only routes know.
    let instances: [String]
    /// What works but deserves a look.
    let warnings: [String]
    /// Whether the question is about another build than this one.
    let isOtherBuild: Bool

    /// Calls the roll for a fleet whose processes all run the build of the manifest.
    init(fleet: [MusterConfiguration], manifest: BuildManifest, isOtherBuild: Bool, catalogue: Catalogue, roll: LiveRoll?) {
        let topology = fleet[0].topology
        let unfinished = roll?.unfinished ?? [:]
        planned = RollCall.check(
            catalogue: catalogue, topology: topology,
            manifests: Dictionary(uniqueKeysWithValues: topology.instances.map { ($0, manifest.handlers) }), unfinished: unfinished,
            digests: Dictionary(fleet.map { ($0.instance, $0.topology.digest) }, uniquingKeysWith: { first, _ in first }))
        running = roll.map { RollCall.call(catalogue: catalogue, topology: topology, processes: $0.processes, unfinished: unfinished) }
        let routed = Set(planned.coverage.flatMap(\.route)).subtracting(topology.instances)
        instances = topology.instances + routed.sorted()
        version = manifest.version
        var seen: Set<String> = []
        warnings = fleet.flatMap(\.warnings).filter { seen.insert($0).inserted }
        self.isOtherBuild = isOtherBuild
    }

    /// Whether there is nothing to mend.
    ///
    /// The running fleet counts unless the question is about another build: what that one will mend must not stop it.
    var isClean: Bool { planned.isClean && (isOtherBuild || running?.isClean ?? true) }
}

extension CheckAnswer {
    /// The answer for people.
    func lines(on terminal: Terminal) -> [String] {
        var lines = ["As configured, if every process runs muster \(InertText.make(version)):", ""]
        lines += MatrixTable.lines(planned, instances: instances, on: terminal)
        guard let running else { return lines }
        lines += ["", isOtherBuild ? "As the fleet runs now, for information:" : "As the fleet runs now:", ""]
        return lines + MatrixTable.lines(running, instances: instances, on: terminal)
    }

    /// The answer as JSON.
    var document: CheckDocument {
        CheckDocument(
            ok: isClean, version: version, instances: instances, planned: .init(planned), running: running.map(CheckDocument.Report.init),
            warnings: warnings)
    }
}
