import Foundation
import Logging
import Postgres
import Scheduler
import Testing

@testable import AdminAPI
@testable import HomeserverTasks

@Suite struct OpenAPITests {
    @Test func `docs/openapi.yaml describes every route, and nothing else`() async throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/openapi.yaml")
        var described: Set<String> = []
        var path = ""
        for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
            if line.hasPrefix("components:") { break }
            if line.hasPrefix("  /"), line.hasSuffix(":") { path = String(line.dropFirst(2).dropLast()) }
            for method in ["get", "post", "delete"] where line.hasPrefix("    \(method):") {
                described.insert("\(method.uppercased()) \(path)")
            }
        }
        let logger = Logger(label: "admin-api-test") { _ in SwiftLogNoOpLogHandler() }
        let database = PostgresClient(PostgresConfiguration(conninfo: "host=/nowhere dbname=nowhere"), logger: logger)
        let scheduler = TaskScheduler(
            client: database, catalogue: try Catalogue(HomeserverCatalogue.actions), topology: Topology(), events: LoggingSink(logger))
        let api = AdminAPI(
            scheduler: scheduler, authenticator: Authenticator(scheduler: scheduler, homeserver: nil), homeserver: nil,
            readiness: { .fine },
            logger: logger)
        let served = AdminAPI.Resource.allCases.flatMap(api.routes(of:)).map { route in
            "\(route.method.rawValue) \(route.pattern.template.replacing("*", with: ""))"
        }
        await database.shutdown()
        #expect(Set(served) == described)
        #expect(served.count == described.count)
    }

    @Test func `it is served as JSON, to anybody, and is the file in docs`() async throws {
        try await TestAPI.withoutDatabase { (api: TestAPI) async throws in
            let answer = try await api.get("/_muster/v1/openapi.json", nil)
            #expect(answer.status == 200)
            #expect(answer.text("openapi") == "3.1.0")
            let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/openapi.yaml")
            #expect(answer.json == (try OpenAPIDocument.json(Array(Data(contentsOf: file)))))
            let paths = try #require(answer["paths"]?.members)
            #expect(paths["/_muster/v1/tasks/{id}"]?.members?["get"] != nil)
        }
    }

    @Test func `the bodies of Synapse's paths have every key of their action's params that a caller may give, and no others`() throws {
        // Where a key comes from, or goes to, that is in no body: the path, a parent's handler, /_muster/v1/tasks.
        let redact = Set(RedactAllEvents.Params.CodingKeys.allCases.map(\.rawValue)).subtracting(["user_id", "parent_task_id"])
        let delete = Set(ShutdownAndPurgeRoom.Params.CodingKeys.allCases.map(\.rawValue)).subtracting(["room_id", "parent_task_id"])
        let purge = Set(PurgeHistory.Params.CodingKeys.allCases.map(\.rawValue))
            .subtracting(["room_id", "parent_task_id", "pause_ms", "window", "time_zone"])
        let document = try Document()
        #expect(try document.bodyKeys("post", "user/{user_id}/redact") == redact)
        #expect(try document.bodyKeys("delete", "v1/rooms/{room_id}") == delete)
        #expect(try document.bodyKeys("delete", "v2/rooms/{room_id}") == delete)
        #expect(try document.bodyKeys("post", "purge_history/{room_id}") == purge)
        #expect(try document.bodyKeys("post", "purge_history/{room_id}/{event_id}") == purge)
        // And none of them is overlooked by who reads the body: all refuse what can be no value of theirs.
        for key in redact {
            var body: [String: JSONValue] = ["rooms": .array([])]
            body[key] = [:]
            #expect(throws: APIError.self, "\(key)") { try RedactUser.params(user: "@u:h", body: body) }
        }
        for key in delete {
            #expect(throws: APIError.self, "\(key)") { try DeleteRoom.params(room: "!r:h", body: [key: [:]], serverName: nil) }
        }
    }

    /// The description as it stands in docs.
    private struct Document {
        private let root: JSONValue

        init() throws {
            let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/openapi.yaml")
            root = try OpenAPIDocument.json(Array(Data(contentsOf: file)))
        }

        /// The keys of the body of the path that ends like this.
        func bodyKeys(_ method: String, _ suffix: String) throws -> Set<String> {
            let paths = try #require(root.members?["paths"]?.members)
            let path = try #require(paths.first { $0.key.hasSuffix("/" + suffix) }?.value)
            var body = try #require(path.members?[method]?.members?["requestBody"])
            if case .string(let reference)? = body.members?["$ref"], let name = reference.split(separator: "/").last {
                body = try #require(root.members?["components"]?.members?["requestBodies"]?.members?[String(name)])
            }
            let schema = try #require(body.members?["content"]?.members?["application/json"]?.members?["schema"])
            return Set(try #require(schema.members?["properties"]?.members).keys)
        }
    }
}
