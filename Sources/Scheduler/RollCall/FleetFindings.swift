extension RollCall {
    /// Route keys that name what `instance_map` lacks, one finding for each key and name; a duty key that routes no action is of no account.
    static func unknownInstances(topology: Topology, known: Set<String>, catalogue: Catalogue) -> [Finding] {
        let duties = Set(catalogue.actions.compactMap(\.defaults.dutyKey))
        return RouteSource.all(in: topology).filter { topology.dutyRoutes[$0.source.key] == nil || duties.contains($0.source.key) }.flatMap
        { source, action in
            source.instances.filter { !known.contains($0) }.map { name in
                Finding.unknownInstance(name, key: source.key, action: action, known: known.sorted())
            }
        }
    }

    /// Names under which more than one process is alive.
    static func duplicateInstances(_ answers: [Answer]) -> [Finding] {
        Dictionary(grouping: answers, by: \.instance).filter { $0.value.count > 1 }
            .map { Finding.duplicateInstance($0.key, count: $0.value.count) }
    }

    /// Names that neither the catalogue nor a live process's manifest knows, under which work waits or to which a route leads.
    static func unknownActions(catalogue: Catalogue, topology: Topology, answers: [Answer], unfinished: [String: Int]) -> [Finding] {
        let known = Set(catalogue.names).union(answers.flatMap { $0.handlers.map(\.action) })
        let waiting = unfinished.filter { $0.value > 0 && !known.contains(ActionName(rawValue: $0.key)) }
        let names = catalogue.names.map(\.rawValue)
        let stored = waiting.map { name, count in
            Finding.unknownAction(ActionName(rawValue: name), unfinished: count)
        }
        let routed = topology.taskRoutes.keys.filter { !known.contains($0) && waiting[$0.rawValue] == nil }.map { name in
            Finding.unknownAction(routed: name, nearest: NearestName.to(name.rawValue, among: names))
        }
        return stored + routed
    }

    /// Live processes whose shared configuration is not the one that most of them read; on a tie, not the main process's.
    static func configMismatches(_ answers: [Answer]) -> [Finding] {
        let groups = Dictionary(grouping: answers, by: \.configDigest)
        guard groups.count > 1 else { return [] }
        let ranked = groups.sorted { left, right in
            func rank(_ group: [Answer]) -> (Int, Int) { (-group.count, group.contains { $0.instance == InstanceName.main } ? 0 : 1) }
            let (leftRank, rightRank) = (rank(left.value), rank(right.value))
            return leftRank == rightRank ? left.key < right.key : leftRank < rightRank
        }
        let majority = ranked[0].value.map(\.instance).sorted()
        return ranked.dropFirst().flatMap { group in
            Set(group.value.map(\.instance)).map { Finding.configMismatch(process: $0, others: majority) }
        }
    }
}
