import Foundation
import Migrations
import Postgres
import SchedulerTesting
import Testing

@testable import Scheduler

/// A role that may create in a schema of somebody's `search_path` runs nothing as that somebody through Muster's statements.
@Suite(.timeLimit(.minutes(3)))
struct SearchPathTests {
    private static let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Sources/Scheduler/Store")

    private static var names: Set<String> {
        HostileSchema.functions(in: EveryStatement.all.map { $0.sql } + Migrations.all.map(\.sql))
    }

    @Test func `every statement of the store is examined`() throws {
        let files = try #require(FileManager.default.enumerator(at: Self.sources, includingPropertiesForKeys: nil))
        var declared: Set<String> = []
        for case let file as URL in files where file.pathExtension == "swift" {
            let text = try String(contentsOf: file, encoding: .utf8)
            declared.formUnion(text.matches(of: #/struct (\w+): Statement/#).map { String($0.1) })
        }
        #expect(declared == Set(EveryStatement.all.map { "\($0)" }))
    }

    @Test func `no statement calls what others put into the caller's search_path`() async throws {
        try await withMusterDatabase { database in
            try await HostileSchema.plant(functions: Self.names, in: database)
            for statement in EveryStatement.all {
                let captured = try await HostileSchema.captured(by: statement.sql, in: database)
                #expect(captured.isEmpty, "\(statement)")
            }
            // What a stranger's function looks like to this test: else it says nothing.
            let function = try await HostileSchema.captured(by: "SELECT nextval('muster.task_number')", in: database)
            #expect(function == ["public.nextval(text)"])
            let `operator` = try await HostileSchema.captured(by: "SELECT $1::bigint * interval '1 ms'", in: database)
            #expect(`operator` == ["public.*(bigint,interval)"])
        }
    }

    @Test func `a submission in the caller's own transaction, and Muster's functions, run nothing of strangers`() async throws {
        try await withStore { store in
            try await HostileSchema.plant(functions: Self.names, in: store.database)
            let requests = [
                try TaskRequest(Probe.self, ProbeParams()),
                try TaskRequest(Probe.self, ProbeParams(), runAt: Date().addingTimeInterval(3600), idempotencyKey: "a key"),
                try TaskRequest(UniqueProbe.self, ProbeParams(), resourceID: "@spammer:test"),
            ]
            for request in requests {
                let id = try await store.client.transaction { try await store.scheduler.submit(request, on: $0).id }
                let task = try await store.scheduler.task(id)
                #expect(task?.status == .scheduled)
            }
            _ = try await store.scheduler.submit(Array(repeating: requests[0], count: 500))
            try await store.moveClock("+ interval '60 days'")
            try await store.scheduler.sweep()
            let partitions = try await store.client.execute(ListPartitions(shortest: .seconds(1)))
            #expect(partitions.count >= 2)
        }
    }

    // A SET on them, or a body that cannot be bound, would make each a call of its own.
    @Test(arguments: ["clock()", "id_at(now())", "task_moment()", "next_task_id()"])
    func `the functions of frequent statements are inlined`(call: String) async throws {
        try await withMusterDatabase { database in
            try await database.script(
                """
                CREATE FUNCTION public.plan_of(call text) RETURNS SETOF json LANGUAGE plpgsql AS $$
                BEGIN RETURN QUERY EXECUTE 'EXPLAIN (VERBOSE, FORMAT JSON) ' || call; END $$
                """)
            let plan = try await database.client.execute(PlanOf(call: "SELECT muster.\(call)")).joined()
            #expect(plan.contains("Output"))
            #expect(!plan.contains("muster.\(call.prefix { $0 != "(" })"))
        }
    }
}
