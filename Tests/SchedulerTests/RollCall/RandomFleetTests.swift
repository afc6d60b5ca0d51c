import Scheduler
import Testing

/// Compares the roll call with its definition, over random fleets that a seed reproduces.
@Suite struct `Roll call: random fleets` {
    // I2
    @Test(arguments: UInt64(1)...200)
    func `an action is covered exactly when a live, running, ready process of the same schema is on its route`(_ seed: UInt64) throws {
        var fleet = RandomFleet(seed: seed)
        let (topology, processes) = fleet.make()
        let report = try Roster.call(topology, processes)
        for action in try Roster.catalogue().actions {
            let row = try #require(report.coverage(of: action.name))
            let route = Set(topology.route(of: action)).intersection(topology.instances)
            func able(_ state: ProcessState) -> Set<String> {
                Set(
                    processes.filter { process in
                        process.isLive && process.state == state && route.contains(process.instance)
                            && process.handlers.contains { $0.action == action.name && $0.ready && $0.schemaDigest == action.schemaDigest }
                    }.map(\.instance))
            }
            let expected: RollCallReport.Coverage.State =
                !able(.running).isEmpty ? .covered : !able(.draining).isEmpty ? .draining : .uncovered
            #expect(row.state == expected)
            #expect(Set(row.capable) == able(.running))
            #expect(Set(row.capable).union(row.lacking.keys) == Set(row.route))
            #expect(Set(row.capable).isDisjoint(with: row.lacking.keys))
            if expected != .covered {
                let explains = report.findings.contains { $0.action == action.name || ($0.kind == .unknownInstance) }
                #expect(explains, "a gap without a finding")
            }
        }
    }

    @Test(arguments: UInt64(1)...50)
    func `the report does not depend on the order of the processes`(_ seed: UInt64) throws {
        var fleet = RandomFleet(seed: seed)
        let (topology, processes) = fleet.make()
        let report = try Roster.call(topology, processes)
        let shuffled = try Roster.call(topology, processes.shuffled(using: &fleet.generator))
        #expect(shuffled.findings == report.findings)
        #expect(shuffled.coverage == report.coverage)
    }
}

/// Makes topologies and processes that are wrong in every way, the same ones for the same seed.
struct RandomFleet {
    var generator: SplitMix

    init(seed: UInt64) { generator = SplitMix(state: seed) }

    mutating func make() -> (Topology, [ProcessRecord]) {
        let names = ["main", "w1", "w2", "w3"]
        let topology = Topology(
            instances: ["main"] + pick(names.dropFirst()), runBackgroundTasksOn: pick(names),
            taskRoutes: chance(2) ? ["sweep": pick(names)] : [:], dutyRoutes: chance(2) ? ["pusher_instances": pick(names)] : [:])
        let processes = (0..<Int.random(in: 0...6, using: &generator)).map { _ in
            let handlers = pick(Roster.handlers[...]).map { handler in
                var copy = handler
                copy.ready = !chance(4)
                if chance(4) { copy.schemaDigest += "x" }
                return copy
            }
            let states: [ProcessState] = [.running, .running, .draining, .stopped, .dead]
            return Roster.process(
                names[Int.random(in: 0..<4, using: &generator)], handlers: handlers,
                state: states[Int.random(in: 0..<5, using: &generator)], isLive: !chance(4), config: chance(3) ? "a" : "b")
        }
        return (topology, processes)
    }

    private mutating func chance(_ one: Int) -> Bool { Int.random(in: 0..<one, using: &generator) == 0 }

    private mutating func pick<Element>(_ elements: some Collection<Element>) -> [Element] {
        var picked: [Element] = []
        for element in elements where Bool.random(using: &generator) { picked.append(element) }
        return picked
    }
}

/// A small generator whose sequence a seed fixes.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
