import Foundation
import SchedulerTesting
import Testing

@testable import Scheduler

/// A change and its line in the audit log: both or neither.
@Suite(.timeLimit(.minutes(2)))
struct AuditTests {
    /// From now on no line can be written.
    private func breakLog(_ store: StoreUnderTest) async throws {
        try await store.database.script("ALTER TABLE muster.audit ADD CONSTRAINT broken CHECK (verb = 'never') NOT VALID")
    }

    private func submit(_ store: StoreUnderTest) async throws -> TaskID {
        try await store.scheduler.submit(try TaskRequest(Probe.self, ProbeParams())).id
    }

    @Test func `each change has its line`() async throws {
        try await withStore { store in
            let scheduler = store.scheduler
            let id = try await submit(store)
            #expect(try await scheduler.cancel(id, requestedBy: "@a:h", auditedFrom: "192.0.2.1") == .cancelled)
            // Nothing is changed any more: no line.
            #expect(try await scheduler.cancel(id, requestedBy: "@a:h", auditedFrom: "192.0.2.1") == .alreadyFinal(.cancelled))
            #expect(try await scheduler.retry(id, requestedBy: "@a:h", auditedFrom: "192.0.2.1") == .scheduled)
            let process = try await store.join("main")
            _ = try await store.claim(process, limit: 1)
            #expect(try await scheduler.cancel(id, requestedBy: "@a:h", auditedFrom: "192.0.2.1") == .requested)
            let token = try await scheduler.createToken(
                name: "t", role: .viewer, expiresAt: nil, requestedBy: "@a:h", auditedFrom: "192.0.2.1"
            ).token
            #expect(try await scheduler.revokeToken(token.id, requestedBy: "@a:h", auditedFrom: "192.0.2.1"))
            #expect(try await !scheduler.revokeToken(token.id, requestedBy: "@a:h", auditedFrom: "192.0.2.1"))
            let lines = try await scheduler.auditLog(limit: 10)
            #expect(lines.map(\.verb) == ["token_revoke", "token_create", "cancel", "retry", "cancel"])
            #expect(lines.map(\.subject) == ["\(token.id)", "t", id.description, id.description, id.description])
            #expect(Set(lines.map(\.who)) == ["@a:h"] && Set(lines.map(\.origin)) == ["192.0.2.1"])
        }
    }

    @Test func `a change whose line cannot be written is not made`() async throws {
        try await withStore { store in
            let scheduler = store.scheduler
            let (waiting, ended, running) = (try await submit(store), try await submit(store), try await submit(store))
            _ = try await scheduler.cancel(ended, requestedBy: nil)
            let token = try await scheduler.createToken(name: "kept", role: .viewer, expiresAt: nil).token
            try await breakLog(store)
            await #expect(throws: SchedulerError.self) {
                _ = try await scheduler.cancel(waiting, requestedBy: "@a:h", auditedFrom: "192.0.2.1")
            }
            #expect(try await scheduler.task(waiting)?.status == .scheduled)
            await #expect(throws: SchedulerError.self) {
                _ = try await scheduler.retry(ended, requestedBy: "@a:h", auditedFrom: "192.0.2.1")
            }
            #expect(try await scheduler.task(ended)?.status == .cancelled)
            let process = try await store.join("main")
            _ = try await store.claim(process, limit: 2)
            await #expect(throws: SchedulerError.self) {
                _ = try await scheduler.cancel(running, requestedBy: "@a:h", auditedFrom: "192.0.2.1")
            }
            #expect(try await scheduler.task(running)?.cancelRequested == false)
            await #expect(throws: SchedulerError.self) {
                _ = try await scheduler.createToken(
                    name: "new", role: .viewer, expiresAt: nil, requestedBy: "@a:h", auditedFrom: "192.0.2.1")
            }
            await #expect(throws: SchedulerError.self) {
                _ = try await scheduler.revokeToken(token.id, requestedBy: "@a:h", auditedFrom: "192.0.2.1")
            }
            let tokens = try await scheduler.tokens()
            #expect(tokens.map(\.name) == ["kept"] && tokens[0].revokedAt == nil)
        }
    }
}
