import Foundation
import HomeserverClient
import Scheduler

extension HomeserverCaller {
    /// Whether a transaction id outlives a restart of the homeserver, so that sending again is harmless: only one from a device that is named.
    var transactionsLast: Bool {
        if case .applicationService(_, .some) = self { true } else { false }
    }
}

/// Who redacts: gets the token or the device when it is first needed, and gives it back at the end.
actor ActingUser {
    let identity: RedactIdentity
    private let userID: String
    private let client: HomeserverClient
    private let retrying: RetryingCalls
    private let now: @Sendable () -> Date
    private let deviceID: String
    private var login: Task<HomeserverCaller, any Error>?
    private var tokens: [String] = []
    private var hasDevice = false

    init(
        _ identity: RedactIdentity, userID: String, taskID: TaskID, client: HomeserverClient, retrying: RetryingCalls,
        now: @escaping @Sendable () -> Date
    ) {
        self.identity = identity
        self.userID = userID
        self.client = client
        self.retrying = retrying
        self.now = now
        deviceID = "MUSTER\(taskID)"
    }

    /// In whose name to call.
    func caller() async throws -> HomeserverCaller {
        if identity.isAdmin { return .admin }
        if let login { return try await login.value }
        // Shared by all rooms: one login a task, not one a room.
        let login = Task { identity == .puppet ? try await logIn() : try await makeDevice() }
        self.login = login
        do {
            return try await login.value
        } catch {
            self.login = nil
            throw error
        }
    }

    /// Forgets a caller that the homeserver no longer knows; the next one logs in again.
    func forget(_ caller: HomeserverCaller) async {
        guard let known = try? await login?.value, known == caller else { return }
        login = nil
    }

    /// Ends tokens, and removes the device, which must not stay in the user's list: there may be no next attempt.
    ///
    /// - Parameter mayHaveDevice: whether an earlier attempt may have left one behind, as when its process was killed
    /// - Returns: the failure, for the log; nothing is wrong with the task then, a token ends by itself.
    func finish(mayHaveDevice: Bool) async -> (any Error)? {
        let (client, userID, deviceID, tokens) = (client, userID, deviceID, tokens)
        let removesDevice = identity == .applicationService && (mayHaveDevice || hasDevice)
        hasDevice = false
        self.tokens = []
        login = nil
        // The clean-up goes on although the task that asks for it may be cancelled; each call has its timeout.
        return await Task {
            do {
                for token in tokens { try await client.logout(token) }
                if removesDevice { try await client.deleteDevice(deviceID, of: userID) }
                return nil
            } catch {
                return error
            }
        }.value
    }

    private func logIn() async throws -> HomeserverCaller {
        let (client, userID, until) = (client, userID, now().addingTimeInterval(3600))
        let token = try await retrying { _ in try await client.login(as: userID, until: until) }
        tokens.append(token)
        return .token(token)
    }

    private func makeDevice() async throws -> HomeserverCaller {
        let (client, userID, deviceID) = (client, userID, deviceID)
        hasDevice = true
        do {
            try await retrying { _ in try await client.createDevice(deviceID, of: userID) }
            return .applicationService(userID: userID, deviceID: deviceID)
        } catch let error as HomeserverError where error.isUnknownEndpoint {
            // A homeserver without that call, an older one for instance: its memory of transaction ids ends with a restart then.
            hasDevice = false
            return .applicationService(userID: userID, deviceID: nil)
        }
    }
}
