import Foundation
import HomeserverTasks
import Logging
import SandboxHomeserver
import SchedulerTesting

@testable import muster

/// A fleet on a sandbox homeserver in this process, for stories that are not about the homeserver.
struct SandboxFleet {
    let world: DemoWorld
    let fleet: MusterFleet

    /// The path of a redact of the sandbox's spammer.
    var redactPath: String { "/_synapse/admin/v1/user/\(SynapseClient.encoded(world.spam.spammer))/redact" }

    /// How many redactions each of the spammer's messages has.
    var redactions: [Int] { world.spam.messages.values.joined().map { world.state.event($0)?.redactions.count ?? 0 } }

    /// How many redactions the sandbox has begun to answer and not ended.
    var redactionsInFlight: Int {
        let answered = world.state.requests.count { $0.endpoint.contains("/redact/") }
        return world.state.callCount("/redact/") - answered
    }

    /// Asks for a purge of the old room and returns its id.
    func purge(at main: MusterClient) async throws -> String {
        struct Body: Encodable {
            let purge_up_to_ts: Int64
            let delete_local_events = true
        }
        struct Answer: Decodable {
            let purge_id: String
        }
        let path = "/_synapse/admin/v1/purge_history/\(SynapseClient.encoded(world.oldRoom))"
        return try await main.require("POST", path, Body(purge_up_to_ts: world.purgeUpTo), as: Answer.self).purge_id
    }

    /// Lends one.
    static func with<R: Sendable>(
        workers: [String] = ["background_worker"], resources: [String] = ["admin", "health"], port: Int = 0,
        shared: String = "", _ body: (SandboxFleet) async throws -> R
    ) async throws -> R {
        let world = try DemoWorld.make(rooms: 2, messagesPerRoom: 20)
        let logger = Logger(label: "sandbox") { _ in SwiftLogNoOpLogHandler() }
        return try await SandboxHomeserver(state: world.state, logger: logger).withServer { address in
            let homeserver = MusterFleet.Homeserver(url: address.url, serverName: world.state.serverName, adminToken: world.adminToken)
            return try await withMusterFleet(
                on: homeserver, workers: workers, resources: resources, port: port, shared: shared
            ) { fleet in
                try await body(SandboxFleet(world: world, fleet: fleet))
            }
        }
    }
}
