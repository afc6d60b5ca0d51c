import NIOCore
import Synchronization

/// The connections of all listeners together, of which there are never more than the process has descriptors for.
final class OpenConnections: Sendable {
    /// One connection; its turn is written by its own handlers alone.
    final class Place: Sendable {
        fileprivate let channel: any Channel
        private let state = Mutex(Turn.idle(since: .now()))

        fileprivate init(_ channel: any Channel) { self.channel = channel }

        /// Whose move it is.
        var turn: Turn {
            get { state.withLock { $0 } }
            set { state.withLock { $0 = newValue } }
        }
    }

    /// How many may still be closing when others take their places: an event loop closes them a moment later.
    static let spare = 16

    private struct State {
        /// Those that count.
        var places: [ObjectIdentifier: Place] = [:]
        /// All that hold a descriptor: those that were told to go too.
        var open = 0
    }

    private let limit: Int
    private let state = Mutex(State())

    /// - Parameter limit: places at once
    init(limit: Int) { self.limit = max(limit, 1) }

    /// How many are open, those that are closing included.
    var count: Int { state.withLock { $0.open } }

    /// The place of a connection, from when it was accepted until it is closed; asking again gives the same one.
    func place(of channel: any Channel) -> Place {
        let key = ObjectIdentifier(channel)
        let (place, isNew) = state.withLock { state in
            if let place = state.places[key] { return (place, false) }
            let place = Place(channel)
            state.places[key] = place
            state.open += 1
            return (place, true)
        }
        if isNew { channel.closeFuture.whenComplete { _ in self.leave(key) } }
        return place
    }

    /// Whether one more may be accepted; where no place is left, the one that gives way is told to go.
    ///
    /// Asked after each that was accepted, so that the last place is kept free.
    func makeRoom() -> Bool {
        let leaving = state.withLock { state -> (hasRoom: Bool, place: Place?) in
            guard state.open < limit + Self.spare else { return (false, nil) }
            guard state.places.count >= limit else { return (true, nil) }
            let places = Array(state.places.values)
            guard let chosen = GivingWay.choose(among: places.lazy.map(\.turn), now: .now()) else {
                return (false, nil)
            }
            state.places[ObjectIdentifier(places[chosen].channel)] = nil
            return (true, places[chosen])
        }
        if let place = leaving.place { dismiss(place) }
        return leaving.hasRoom
    }

    /// Closes a connection on its own loop, unless its client has moved meanwhile: then it has its place back.
    ///
    /// Not at once: a head that has arrived must be read first, so that nobody's request is cut off by this.
    private func dismiss(_ place: Place) {
        place.channel.eventLoop.scheduleTask(in: .milliseconds(5)) {
            guard !GivingWay.may(place.turn, now: .now()) else { return place.channel.close(promise: nil) }
            self.state.withLock { state in
                if place.channel.isActive { state.places[ObjectIdentifier(place.channel)] = place }
            }
        }
    }

    private func leave(_ key: ObjectIdentifier) {
        state.withLock { state in
            state.places[key] = nil
            state.open -= 1
        }
    }
}
