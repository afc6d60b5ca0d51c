import AsyncHTTPClient
import HomeserverTasks
import Logging
import Scheduler
import SchedulerTesting
import ServiceLifecycle
import Testing

@testable import AdminAPI

/// How a server ends.
@Suite(.timeLimit(.minutes(2))) struct ShutdownTests {
    @Test func `a waiting delete is answered at a shutdown, with its id, and the server ends`() async throws {
        let logger = Logger(label: "admin-api-test") { _ in SwiftLogNoOpLogHandler() }
        try await TestAPI.withScheduler { scheduler, _ in
            let settings = AdminAPISettings()
            let api = AdminAPI(
                scheduler: scheduler, authenticator: Authenticator(scheduler: scheduler, homeserver: nil), homeserver: nil,
                settings: settings, readiness: { .fine }, logger: logger)
            let (ports, bound) = AsyncStream<Int>.makeStream()
            let listener = api.listener(host: "127.0.0.1", port: 0, resources: [.admin]) { bound.yield($0) }
            let group = ServiceGroup(services: [listener], logger: logger)
            let secret = try await scheduler.createToken(name: "deploy", role: .operator, expiresAt: nil).secret
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await group.run() }
                var iterator = ports.makeAsyncIterator()
                let port = try #require(await iterator.next())
                var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)/_synapse/admin/v1/rooms/!r:h")
                request.method = .DELETE
                request.headers.add(name: "Authorization", value: "Bearer \(secret)")
                request.body = .bytes(Array("{}".utf8))
                let prepared = request
                async let answer = HTTPClient.shared.execute(prepared, timeout: .seconds(30))
                try await eventually("the delete is stored") { try await !scheduler.tasks(TaskQuery()).tasks.isEmpty }
                await group.triggerGracefulShutdown()
                let response = try await answer
                let body = try JSONParser.parse(Array(try await response.body.collect(upTo: 65_536).readableBytesView))
                #expect(response.status.code == 504)
                let task = try #require(try await scheduler.tasks(TaskQuery()).tasks.first)
                #expect(body.members?["delete_id"] == .string(task.id.description))
                #expect(task.requestedBy == "token:deploy")
                try await tasks.waitForAll()
            }
        }
    }
}
