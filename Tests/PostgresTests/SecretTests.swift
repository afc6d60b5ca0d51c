import Postgres
import SchedulerTesting
import Testing

struct SecretTests {
    @Test func `an error names the constraint and never a value`() async throws {
        try await withTestDatabase(template: titles) { database in
            _ = try await database.client.execute(InsertTitle(id: 424_242, title: "hunter2"))
            let duplicate = await failure { try await database.client.execute(InsertTitle(id: 424_242, title: "hunter2")).count }
            #expect(duplicate?.constraint == "titles_pkey")
            let check = await failure { try await database.client.execute(InsertTitle(id: 424_243, title: "forbidden")).count }
            #expect(check?.constraint == "titles_title_check")
            for error in [duplicate, check] {
                let text = "\(String(reflecting: error)) \(error.map(String.init(describing:)) ?? "")"
                #expect(["hunter2", "forbidden", "424242", "424243"].allSatisfy { !text.contains($0) })  // I11
            }
        }
    }

    @Test func `a value that the server quotes back is left out`() async throws {
        try await withTestDatabase { database in
            let number = await failure { try await database.client.execute(AsNumber(text: "hunter2 \"7\" x")).count }
            #expect(number?.description == "server 22P02 in as_number: invalid input syntax for type bigint: \"…\"")
            let json = await failure { try await database.client.execute(AsJSON(text: "{\"hunter2\": ")).count }
            #expect(json?.sqlState == "22P02")
            #expect(json?.description.contains("hunter2") == false)
            let nul = await failure { try await database.client.execute(AsNumber(text: "hunter2\0")).count }
            #expect(nul?.message == "a text holds bytes that its encoding does not allow")
        }
    }

    private func failure(_ body: () async throws -> Int) async -> PostgresError? {
        await #expect(throws: PostgresError.self) { try await body() }
    }
}

private struct AsNumber: Statement {
    static let name = "as_number"
    static let sql = "SELECT $1::text::bigint"
    let text: String

    func bind(_ binds: inout Binds) { binds.add(text) }
}

private struct AsJSON: Statement {
    static let name = "as_json"
    static let sql = "SELECT $1::text::jsonb"
    let text: String

    func bind(_ binds: inout Binds) { binds.add(text) }
}
