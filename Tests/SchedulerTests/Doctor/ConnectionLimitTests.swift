import Testing

@testable import Scheduler

struct ConnectionLimitTests {
    private func limits(role: Int? = nil, database: Int? = nil, server: Int = 97) -> ConnectionLimits {
        ConnectionLimits(role: "muster", database: "tasks", roleLimit: role, databaseLimit: database, serverLimit: server)
    }

    @Test func `a fleet that fits is no complaint`() {
        #expect(limits().complaints(processes: 9, poolSize: 5).isEmpty)
        #expect(limits(role: 20, database: 20).complaints(processes: 2, poolSize: 5).isEmpty)
        #expect(limits(role: 1).complaints(processes: 0, poolSize: 5).isEmpty)
    }

    @Test func `each limit that is too small is named with what is needed`() {
        let found = limits(role: 19, database: 18, server: 17).complaints(processes: 2, poolSize: 5)
        #expect(found.map(\.subject) == ["max_connections", "role muster", "database tasks"])
        #expect(found.allSatisfy { $0.kind == .connections && $0.severity == .warning })
        #expect(found.allSatisfy { $0.problem.contains("may open 20 connections") })
        #expect(found[1].remedy.contains("CONNECTION LIMIT to 20"))
    }

    @Test func `a limit below what the processes need to work at all is an error`() {
        #expect(limits(role: 6).complaints(processes: 2, poolSize: 5).map(\.severity) == [.warning])
        #expect(limits(role: 5).complaints(processes: 2, poolSize: 5).map(\.severity) == [.error])
    }
}
