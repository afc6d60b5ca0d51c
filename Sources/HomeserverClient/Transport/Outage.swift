import Synchronization

/// Since when nothing has been heard of the homeserver, for all calls of one process.
final class Outage: Sendable {
    private let since = Mutex<ContinuousClock.Instant?>(nil)

    /// How long it has lasted; zero when the homeserver has answered last.
    var length: Duration { since.withLock { $0?.duration(to: .now) ?? .zero } }

    /// Notes that the homeserver was not there.
    func goesOn() { since.withLock { $0 = $0 ?? .now } }

    /// Notes that it was.
    func ended() { since.withLock { $0 = nil } }
}

extension HomeserverClient {
    /// How long nothing has been heard of the homeserver, as far as this client's calls tell.
    public var awayFor: Duration { outage.length }

    /// Whether a failed call is no fault of what was asked, because the homeserver is not there at all.
    ///
    /// An answer that is not the homeserver's says so by itself. Where it failed, was late or cut the connection, it is asked the simplest thing
    /// that there is: when it answers that, the call itself is to blame.
    public func isAway(after error: HomeserverError) async -> Bool {
        switch error.kind {
        case .notHomeserver: return true
        case .limited, .client, .invalidAnswer: return false
        case .unreachable, .timeout, .server:
            for isForWorkers in [false, true] where !isForWorkers || configuration.clientURL != nil {
                do {
                    _ = try await hasty.whoami(as: .admin, isForWorkers: isForWorkers)
                } catch let error as HomeserverError where error.isTransient {
                    if case .limited = error.kind { continue }
                    return true
                } catch {
                    // Refused, or this attempt is being stopped: it is there.
                    continue
                }
            }
            return false
        }
    }
}
