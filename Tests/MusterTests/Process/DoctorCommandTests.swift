import Foundation
import SchedulerTesting
import Testing

@testable import muster

@Suite(.timeLimit(.minutes(2))) struct `The doctor` {
    @Test func `says what is wrong, what to do, and ends with 1`() async throws {
        try await withMusterDatabase { database in
            try await database.client.withConnection { try await $0.script("DROP INDEX muster.ready_claim") }
            let text = try await MusterBinary.run(["doctor", "--dsn", database.conninfo])
            #expect(text.status == 1)
            #expect(text.output.contains("error: ready_claim: The index is missing"))
            #expect(text.output.contains("CREATE INDEX ready_claim"))
            let json = try await MusterBinary.run(["doctor", "--json", "--dsn", database.conninfo])
            #expect(json.status == 1)
            let answer = try JSONDecoder().decode(JSONValue.self, from: Data(json.output.utf8))
            #expect(answer["ok"] == .bool(false))
            let kinds = answer["complaints"]?.elements?.compactMap { $0["kind"] } ?? []
            #expect(kinds.contains(.string("missing_index")))
        }
    }

    @Test func `ends with 78 where the schema is of another version, and 69 where there is no database`() async throws {
        try await withTestDatabase { database in
            let empty = try await MusterBinary.run(["doctor", "--dsn", database.conninfo])
            #expect(empty.status == 78)
            #expect(empty.error.contains("muster migrate"))
        }
        let away = try await MusterBinary.run(["doctor", "--dsn", "host=/nowhere dbname=muster"])
        #expect(away.status == 69)
    }
}
