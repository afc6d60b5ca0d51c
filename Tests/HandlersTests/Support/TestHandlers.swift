import AsyncHTTPClient
import Foundation
import Handlers
import HomeserverClient
import HomeserverTasks
import Scheduler

/// Builds handlers whose waits are short.
enum TestHandlers {
    static let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: HomeserverClient.transportConfiguration)

    static var settings: HandlerSettings {
        var settings = HandlerSettings()
        settings.pageSize = 4
        settings.roomsAtOnce = 2
        settings.sliceEvents = 5
        settings.pauseBetweenSlices = .milliseconds(1)
        settings.pollFirst = .milliseconds(1)
        settings.pollLongest = .milliseconds(20)
        settings.mostPolls = 500
        settings.waitForCancelledSlice = .milliseconds(50)
        settings.retrying = RetryingCalls(attempts: 6, initialWait: .milliseconds(1), longestWait: .milliseconds(5))
        return settings
    }

    /// Waits for nothing: a limited call fails at once.
    static var impatient: HandlerSettings {
        var settings = settings
        settings.retrying = RetryingCalls(
            attempts: 2, initialWait: .milliseconds(1), longestWait: .milliseconds(1), totalWait: .milliseconds(9))
        return settings
    }

    /// Where nobody listens.
    static let nowhere = HomeserverConfiguration(url: "http://127.0.0.1:1", adminToken: "secret")

    static func client(_ configuration: HomeserverConfiguration) -> HomeserverClient {
        HomeserverClient(configuration, httpClient: http)
    }

    static func redact(_ server: any HomeserverUnderTest, _ change: (inout HomeserverConfiguration) -> Void = { _ in })
        -> RedactAllEventsHandler
    {
        var configuration = server.configuration
        change(&configuration)
        return RedactAllEventsHandler(client: client(configuration), settings: settings)
    }

    static func purge(_ server: any HomeserverUnderTest) -> PurgeHistoryHandler {
        PurgeHistoryHandler(client: client(server.configuration), settings: settings)
    }

    static func delete(_ server: any HomeserverUnderTest) -> ShutdownAndPurgeRoomHandler {
        ShutdownAndPurgeRoomHandler(client: client(server.configuration), settings: settings)
    }
}

/// A spammer with messages in several rooms, among those of others.
struct SpamFixture: Sendable {
    let owner: TestUser
    let spammer: TestUser
    let rooms: [String]
    let messages: [String: [String]]

    init(_ server: any HomeserverUnderTest, rooms count: Int, messages perRoom: Int) async throws {
        let owner = try await server.makeUser()
        let spammer = try await server.makeUser()
        var (rooms, messages) = ([String](), [String: [String]]())
        for _ in 0..<count {
            let room = try await server.makeRoom(by: owner, members: [spammer])
            _ = try await server.send(1, to: room, as: owner)
            messages[room] = try await server.send(perRoom, to: room, as: spammer)
            _ = try await server.send(1, to: room, as: owner)
            rooms.append(room)
        }
        (self.owner, self.spammer, self.rooms, self.messages) = (owner, spammer, rooms, messages)
    }

    var params: RedactAllEvents.Params { RedactAllEvents.Params(userID: spammer.id, reason: "spam") }

    /// How often each of the spammer's messages was redacted, without duplicates of the same number.
    func timesRedacted(_ server: any HomeserverUnderTest) async throws -> Set<Int> {
        var times = Set<Int>()
        for room in rooms {
            let counts = try await server.redactionCounts(in: room)
            for message in messages[room] ?? [] { times.insert(counts[message] ?? 0) }
            // The join event and the messages, each once, and nobody else's.
            times.formUnion(counts.values)
            if counts.count != (messages[room] ?? []).count + 1 { times.insert(-counts.count) }
        }
        return times
    }
}
