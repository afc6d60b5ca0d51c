public import HomeserverClient
import Hummingbird
public import Scheduler

/// Finds out who sends a request: a server admin of the homeserver, or the bearer of one of Muster's own tokens.
public struct Authenticator: Sendable {
    private let ownToken: @Sendable (String) async throws -> Principal?
    private let admins: VerdictCache?

    /// An authenticator over the scheduler's tokens and, when there is a homeserver, its server admins.
    public init(scheduler: TaskScheduler, homeserver: HomeserverClient?, settings: AdminAPISettings = AdminAPISettings()) {
        self.init(homeserver: homeserver, settings: settings) { secret in
            try await scheduler.token(secret: secret).map { Principal(name: "token:\($0.name)", role: $0.role) }
        }
    }

    init(
        homeserver: HomeserverClient?, settings: AdminAPISettings, ownToken: @escaping @Sendable (String) async throws -> Principal?
    ) {
        self.ownToken = ownToken
        admins = homeserver.map { client in
            VerdictCache(settings: settings) { try await client.verdict(onToken: $0) }
        }
    }

    /// Who sends the request.
    ///
    /// - Parameter caller: the address that it comes from; look-ups are bounded for each
    /// - Throws: 401 `M_MISSING_TOKEN` or `M_UNKNOWN_TOKEN`, the homeserver's own 401 or 403, 429 when too many tokens of the caller are looked
    ///   up at once, 503 when the homeserver cannot be asked.
    func principal(headers: HTTPFields, query: QueryItems, caller: String) async throws -> Principal {
        let token = try Self.token(headers: headers, query: query)
        if token.hasPrefix(TaskScheduler.tokenPrefix) {
            guard let known = try await ownToken(token) else { throw Self.unknownToken }
            return known
        }
        guard let admins else { throw Self.unknownToken }
        switch try await ask(admins, token, caller) {
        case .admin(let userID): return Principal(name: userID, role: .admin)
        case .refused(let error): throw error
        }
    }

    private func ask(_ admins: VerdictCache, _ token: String, _ caller: String) async throws -> AdminVerdict {
        do {
            return try await admins.verdict(of: token, from: caller)
        } catch let error as APIError {
            throw error
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw APIError.unavailable("The homeserver could not be asked whose token this is; see that it runs, then try again.")
        }
    }

    private static let unknownToken = APIError(
        .unauthorized, "M_UNKNOWN_TOKEN", "Invalid access token passed.", members: ["soft_logout": false])

    /// The token, from the header or the query, by Synapse's rules.
    private static func token(headers: HTTPFields, query: QueryItems) throws -> String {
        let inHeader = headers[values: .authorization]
        let inQuery = query.all(QueryItems.tokenKey)
        guard inHeader.count <= 1 else { throw missing("Too many Authorization headers.") }
        if let header = inHeader.first {
            guard inQuery.isEmpty else { throw missing("Mixing Authorization headers and `access_token` query parameters.") }
            let parts = header.split(separator: " ", omittingEmptySubsequences: false)
            guard parts.count == 2, parts[0] == "Bearer", !parts[1].isEmpty else { throw missing("Invalid Authorization header.") }
            return try bounded(String(parts[1]))
        }
        guard inQuery.count <= 1 else { throw missing("Too many `access_token` query parameters.") }
        guard let token = inQuery.first, !token.isEmpty else { throw missing("Missing access token") }
        return try bounded(token)
    }

    private static func missing(_ message: String) -> APIError { APIError(.unauthorized, "M_MISSING_TOKEN", message) }

    /// No token is longer than 4 KiB; what is would only be hashed and sent on for nothing.
    private static func bounded(_ token: String) throws -> String {
        guard token.utf8.count <= 4096 else { throw unknownToken }
        return token
    }
}
