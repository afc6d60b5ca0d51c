import SandboxHomeserver
import Testing

@Suite(.timeLimit(.minutes(1)))
struct MessageTests {
    /// Follows `end` until it is absent.
    private func pages(_ bench: Bench, _ path: String, _ token: String) async throws -> [[SandboxJSON]] {
        var pages: [[SandboxJSON]] = []
        var from: String?
        repeat {
            let answer = try await bench.get(path + (from.map { "&from=\($0)" } ?? ""), token)
            try #require(answer.status == 200)
            pages.append(answer.json["chunk"]?.elements ?? [])
            from = answer.json["end"]?.text
        } while from != nil && pages.count < 100
        return pages
    }

    private func filter(_ sender: String) -> String {
        "&filter=" + encoded(#"{"senders":["\#(sender)"],"types":["m.room.message"]}"#)
    }

    @Test(arguments: ["b", "f"])
    func `an admin reads all of a user's messages by pages without being in the room`(direction: String) async throws {
        try await Bench.run { bench in
            let spam = try bench.state.seedSpam(rooms: 1, messagesPerRoom: 25)
            let room = spam.rooms[0]
            let path = "/_synapse/admin/v1/rooms/\(encoded(room))/messages?dir=\(direction)&limit=10" + filter(spam.spammer)
            let pages = try await pages(bench, path, bench.admin)
            #expect(pages.map(\.count) == [10, 10, 5, 0])
            let found = pages.joined().compactMap { $0["event_id"]?.text }
            let sent = spam.messages[room] ?? []
            #expect(found == (direction == "f" ? sent : sent.reversed()))
        }
    }

    @Test func `with a bound on examined events an empty page is not the end`() async throws {
        var settings = SandboxSettings()
        settings.examinedEventsPerPage = 4
        try await Bench.run(settings: settings) { bench in
            let spam = try bench.state.seedSpam(rooms: 1, messagesPerRoom: 9)
            let path = "/_synapse/admin/v1/rooms/\(encoded(spam.rooms[0]))/messages?dir=f&limit=10"
            let pages = try await pages(bench, path + filter(spam.spammer), bench.admin)
            #expect(pages.first?.isEmpty == true)
            #expect(pages.joined().count == 9)
        }
    }

    @Test func `a page has at most a thousand events`() async throws {  // I9
        try await Bench.run { bench in
            let spam = try bench.state.seedSpam(rooms: 1, messagesPerRoom: 1001)
            let path = "/_synapse/admin/v1/rooms/\(encoded(spam.rooms[0]))/messages?limit=999999" + filter(spam.spammer)
            let answer = try await bench.get(path, bench.admin)
            #expect(answer.json["chunk"]?.elements?.count == 1000)
        }
    }

    @Test func `a redacted event shows why and nothing of its content, except as the original`() async throws {
        try await Bench.run { bench in
            let spam = try bench.state.seedSpam(rooms: 1, messagesPerRoom: 2)
            let room = spam.rooms[0]
            let event = try #require(spam.messages[room]?.first)
            let redaction = try bench.state.redact(event, in: room, by: spam.spammer)
            let admin = "/_synapse/admin/v1/rooms/\(encoded(room))"
            let page = try await bench.get("\(admin)/messages?dir=f&limit=50" + filter(spam.spammer), bench.admin)
            let context = try await bench.get("\(admin)/context/\(encoded(event))?limit=4", bench.admin)
            let own = try await bench.get(
                "/_matrix/client/v3/rooms/\(encoded(room))/event/\(encoded(event))", spam.spammerToken)
            for body in [page.json["chunk"]?.elements?.first, context.json["event"], own.json] {
                #expect(body?["content"] == [:])
                #expect(body?["unsigned"]?["redacted_because"]?["event_id"] == .string(redaction))
                #expect(body?["unsigned"]?["redacted_because"]?["redacts"] == .string(event))
            }
            let original = try await bench.get("/_synapse/admin/v1/fetch_event/\(encoded(event))", bench.admin)
            #expect(original.json["event"]?["content"]?["body"] == "Buy now! Offer 1")
        }
    }

    @Test func `a user reads joined rooms and what he saw of left ones, not banned and forgotten ones`() async throws {
        try await Bench.run { bench in
            let spam = try bench.state.seedSpam(rooms: 4, messagesPerRoom: 3)
            try bench.state.leave(spam.spammer, from: spam.rooms[1])
            try bench.state.send(to: spam.rooms[1], by: spam.bystanders[0], content: ["body": "gone at last"])
            try bench.state.ban(spam.spammer, from: spam.rooms[2])
            try bench.state.leave(spam.spammer, from: spam.rooms[3])
            try bench.state.forget(spam.rooms[3], by: spam.spammer)
            var statuses: [Int] = []
            for room in spam.rooms {
                let answer = try await bench.get(
                    "/_matrix/client/v3/rooms/\(encoded(room))/messages?dir=b&limit=100", spam.spammerToken)
                statuses.append(answer.status)
                #expect(answer.json["chunk"]?.elements?.contains { $0["content"]?["body"] == "gone at last" } != true)
            }
            #expect(statuses == [200, 200, 403, 403])
        }
    }

    @Test func `a time leads to the nearest event`() async throws {
        try await Bench.run { bench in
            let room = try bench.state.createRoom(creator: "@admin:sandbox.test", timestamp: 1000)
            let event = try bench.state.send(
                to: room, by: "@admin:sandbox.test", content: ["body": "x"], timestamp: 5000)
            let path = "/_synapse/admin/v1/rooms/\(encoded(room))/timestamp_to_event"
            #expect(
                try await bench.get("\(path)?ts=6000&dir=b", bench.admin).json == ["event_id": .string(event), "origin_server_ts": 5000])
            #expect(try await bench.get("\(path)?ts=2000&dir=f", bench.admin).json["event_id"] == .string(event))
            let none = try await bench.get("\(path)?ts=6000&dir=f", bench.admin)
            #expect(none.status == 404)
            #expect(none.errcode == "M_NOT_FOUND")
            #expect(try await bench.get("\(path)?dir=f", bench.admin).errcode == "M_MISSING_PARAM")
        }
    }
}
