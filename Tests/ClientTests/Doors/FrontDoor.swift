import SchedulerTesting
import Testing

/// A way for clients to reach Muster and the homeserver under one base URL.
enum FrontDoor: String, Sendable, CaseIterable, CustomTestStringConvertible {
    /// nginx, configured by `muster generate nginx`.
    case nginx
    /// Muster's own listener resource `proxy`.
    case proxy

    var testDescription: String { rawValue }

    /// Starts a fleet on the shared Synapse and lends the base URL in front of both.
    func with<R: Sendable>(_ body: @escaping @Sendable (String, RealSynapse) async throws -> R) async throws -> R {
        let synapse = try await RealSynapse.shared()
        let resources = self == .proxy ? ["admin", "health", "proxy"] : ["admin", "health"]
        return try await withMusterFleet(on: .init(synapse), resources: resources) { fleet in
            try await fleet.start("background_worker")
            let main = try await fleet.startMain()
            switch self {
            case .proxy: return try await body(main.url, synapse)
            case .nginx:
                return try await Nginx.with(muster: main.url, homeserver: synapse.url, serverName: "localhost") {
                    try await body($0, synapse)
                }
            }
        }
    }
}
