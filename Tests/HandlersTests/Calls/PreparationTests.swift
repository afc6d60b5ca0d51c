import Foundation
import HomeserverTasks
import SandboxHomeserver
import Scheduler
import SchedulerTesting
import Testing

@testable import Handlers
@testable import HomeserverClient

/// What a process finds out about its homeserver before it takes work, and while it works.
@Suite(.timeLimit(.minutes(1)))
struct HomeserverPreparationTests {
    private func refusal(
        _ server: SandboxUnderTest, _ change: (inout HomeserverConfiguration) -> Void = { _ in }
    ) async throws -> HomeserverError {
        let handler = TestHandlers.redact(server, change)
        return try #require(await #expect(throws: HomeserverError.self) { try await handler.prepare() })
    }

    @Test func `a homeserver that is what it should be is ready, with every puppet`() async throws {
        try await SandboxUnderTest.run { server in
            for puppet in [HomeserverConfiguration.Puppet.adminLogin, .applicationService(asToken: server.applicationServiceToken), .none] {
                try await TestHandlers.redact(server) { $0.puppet = puppet }.prepare()
            }
            try await TestHandlers.redact(server) { $0.clientURL = $0.url }.prepare()
            try await TestHandlers.purge(server).prepare()
        }
    }

    @Test func `a URL that leads back to a Muster is refused, though the token checks pass, and no task waits for itself`() async throws {
        try await SandboxUnderTest.run { server in
            let fixture = try await SpamFixture(server, rooms: 1, messages: 1)
            // As behind an nginx that sends what Muster serves to Muster, and the rest to the homeserver.
            for path in ["/purge_history", "/delete_status", "/redact_status"] {
                server.state.faults.inject(.refusal(508, errcode: "M_MUSTER_LOOP"), next: 1000, pathContaining: path)
                let error = try await refusal(server)
                #expect(error.isLoop, "\(path)")
                server.state.faults.clear()
            }
            server.state.faults.inject(.refusal(508, errcode: "M_MUSTER_LOOP"), next: 1000, method: "DELETE")
            await #expect(throws: DependencyUnavailable.self) {
                try await InMemoryTask().attempt(TestHandlers.delete(server), .init(roomID: fixture.rooms[0]))
            }
        }
    }

    @Test func `a URL that leads to a worker is named`() async throws {
        try await SandboxUnderTest.run { server in
            server.state.faults.inject(.refusal(404, errcode: "M_UNRECOGNIZED"), next: 1000, pathPrefix: "/_synapse/")
            let error = try await refusal(server)
            #expect(error.description.contains("homeserver.url leads to a worker"))
        }
    }

    @Test func `the client URL is tried, and named`() async throws {
        try await SandboxUnderTest.run { server in
            let nowhere = TestHandlers.redact(server) { $0.clientURL = "http://127.0.0.1:1" }
            let away = await #expect(throws: DependencyUnavailable.self) { try await nowhere.prepare() }
            #expect(away?.description.contains("homeserver.client_url (http://127.0.0.1:1)") == true)
        }
    }

    // Beside an application service the admin redacts too: its own events, those of other servers' users, and with use_admin.
    @Test(arguments: [false, true])
    func `a token without a device is refused where redactions need one, also beside an application service`(
        asService: Bool
    ) async throws {
        try await SandboxUnderTest.run { server in
            let puppet: HomeserverConfiguration.Puppet =
                asService ? .applicationService(asToken: server.applicationServiceToken) : .none
            server.state.faults.inject(.json(#"{"user_id": "@admin:sandbox.test"}"#), next: 1000, pathContaining: "/whoami")
            // Where the homeserver keeps the accounts itself, it needs none.
            try await TestHandlers.redact(server) { $0.puppet = puppet }.prepare()
            server.state.faults.inject(.refusal(404, errcode: "M_UNRECOGNIZED"), next: 1000, pathContaining: "/login")
            let error = try await refusal(server) { $0.puppet = puppet }
            #expect(error.description.contains("the admin token has no device"))
            #expect(!error.isTransient)
            // Whoever redacts nothing needs none either.
            try await TestHandlers.purge(server).prepare()
        }
    }

    @Test func `a token that was replaced in its file is read again, one that was not is refused`() async throws {
        try await SandboxUnderTest.run { server in
            let right = server.configuration.adminToken
            var configuration = server.configuration
            configuration.adminToken = "revoked"
            let stale = TestHandlers.client(configuration)
            await #expect(throws: HomeserverError.self) { try await stale.whoami(as: .admin) }
            configuration.readAdminToken = { "revoked" }
            let same = TestHandlers.client(configuration)
            let refused = await #expect(throws: HomeserverError.self) { try await same.whoami(as: .admin) }
            #expect(refused?.isTokenRefused == true)
            configuration.readAdminToken = { right }
            let renewed = TestHandlers.client(configuration)
            _ = try await renewed.whoami(as: .admin)
            // From then on the new one is used at once.
            let before = server.state.requests.count
            _ = try await renewed.whoami(as: .admin)
            #expect(server.state.requests.count == before + 1)
        }
    }

    @Test func `a task whose token is refused waits, and costs nothing`() async throws {
        try await SandboxUnderTest.run { server in
            let fixture = try await SpamFixture(server, rooms: 1, messages: 1)
            var configuration = server.configuration
            configuration.adminToken = "revoked"
            let client = TestHandlers.client(configuration)
            let redact = RedactAllEventsHandler(client: client, settings: TestHandlers.settings)
            await #expect(throws: DependencyUnavailable.self) { try await InMemoryTask().attempt(redact, fixture.params) }
            let purge = PurgeMediaCacheHandler(client: client, settings: TestHandlers.settings)
            await #expect(throws: DependencyUnavailable.self) {
                try await InMemoryTask().attempt(purge, PurgeMediaCache.Params(beforeTs: 1))
            }
        }
    }
}

/// The same, of a real Synapse.
@Suite(.timeLimit(.minutes(10)))
struct PreparationOnSynapseTests {
    @Test func `an admin token without a device is taken where the homeserver keeps the accounts, with every puppet`()
        async throws
    {
        let server = try await SynapseUnderTest.shared()
        let admin = try await server.makeUser()
        try await server.synapse.client.require(
            "PUT", "/_synapse/admin/v1/users/\(SynapseClient.encoded(admin.id))/admin", body: ["admin": true])
        let client = TestHandlers.client(server.configuration)
        let token = try await client.login(as: admin.id, until: Date(timeIntervalSinceNow: 600))
        #expect(try await client.whoami(token).deviceID == nil)
        let service = HomeserverConfiguration.Puppet.applicationService(asToken: server.applicationServiceToken)
        for puppet in [.adminLogin, service, .none] {
            try await TestHandlers.redact(server) { ($0.adminToken, $0.puppet) = (token, puppet) }.prepare()
        }
    }
}
