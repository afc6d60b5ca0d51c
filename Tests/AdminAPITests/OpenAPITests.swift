import Foundation
import HomeserverTasks
import Logging
import Postgres
import Scheduler
import Testing

@testable import AdminAPI

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
}
