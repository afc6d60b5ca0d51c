import SandboxHomeserver
import Testing

@Suite(.timeLimit(.minutes(1)))
struct RedactionTests {
    @Test func `own events need membership, others' need power, and unknown ones are 404`() async throws {
        try await Bench.run { bench in
            let state = bench.state
            let spam = try state.seedSpam(rooms: 1, messagesPerRoom: 4)
            let room = spam.rooms[0]
            let events = spam.messages[room] ?? []
            let moderator = try state.createUser("moderator")
            try state.join("@moderator:sandbox.test", to: room)
            #expect(try await bench.redact(events[0], in: room, spam.spammerToken, txn: "1").status == 200)
            #expect(try await bench.redact(events[1], in: room, moderator, txn: "1").status == 403)
            try state.setPower(of: "@moderator:sandbox.test", to: 50, in: room)
            #expect(try await bench.redact(events[1], in: room, moderator, txn: "2").status == 200)
            let admin = try await bench.redact(events[2], in: room, bench.admin, txn: "1")
            #expect(admin.status == 403)
            #expect(admin.errcode == "M_FORBIDDEN")
            #expect(try await bench.redact("$nothing", in: room, spam.spammerToken, txn: "2").errcode == "M_NOT_FOUND")
            try state.kick(spam.spammer, from: room)
            let kicked = try await bench.redact(events[2], in: room, spam.spammerToken, txn: "3")
            #expect(kicked.status == 403)
            #expect(kicked.json["error"]?.text == "User \(spam.spammer) not in room \(room)")
        }
    }

    @Test func `whoever has the power may redact what is not there, and it does not show`() async throws {
        try await Bench.run { bench in
            let room = try bench.state.createRoom(creator: "@admin:sandbox.test")
            #expect(try await bench.redact("$nothing", in: room, bench.admin, txn: "1").status == 200)
            let page = try await bench.get("/_synapse/admin/v1/rooms/\(encoded(room))/messages?limit=100", bench.admin)
            #expect(page.json["chunk"]?.elements?.contains { $0["type"] == "m.room.redaction" } == false)
        }
    }

    @Test func `a redaction needs a body`() async throws {
        try await Bench.run { bench in
            let room = try bench.state.createRoom(creator: "@admin:sandbox.test")
            let path = "/_matrix/client/v3/rooms/\(encoded(room))/redact/%24x/1"
            let answer = try await bench.call(.PUT, path, bench.admin, nil)
            #expect(answer.errcode == "M_NOT_JSON")
        }
    }

    @Test func `a redacted event is redacted again without complaint`() async throws {
        try await Bench.run { bench in
            let spam = try bench.state.seedSpam(rooms: 1, messagesPerRoom: 1)
            let event = try #require(spam.messages[spam.rooms[0]]?.first)
            for txn in ["1", "2"] {
                #expect(try await bench.redact(event, in: spam.rooms[0], spam.spammerToken, txn: txn).status == 200)
            }
            #expect(bench.state.event(event)?.redactions.count == 2)
        }
    }

    @Test func `a device's transaction has one effect, a puppet token's has two`() async throws {
        try await Bench.run { bench in
            let spam = try bench.state.seedSpam(rooms: 1, messagesPerRoom: 2)
            let room = spam.rooms[0]
            let events = spam.messages[room] ?? []
            let user = encoded(spam.spammer)
            let service = try #require(bench.state.settings.applicationServiceToken)
            _ = try await bench.post("/_synapse/admin/v2/users/\(user)/devices", bench.admin, ["device_id": "JOB1"])
            let query = "?user_id=\(user)&device_id=JOB1"
            let first = try await bench.redact(events[0], in: room, service, txn: "k1", query: query)
            let second = try await bench.redact(events[0], in: room, service, txn: "k1", query: query)
            #expect(first.json == second.json)
            #expect(bench.state.event(events[0])?.redactions.count == 1)

            let login = try await bench.post("/_synapse/admin/v1/users/\(user)/login", bench.admin)
            let puppet = try #require(login.json["access_token"]?.text)
            for _ in 0..<2 { _ = try await bench.redact(events[1], in: room, puppet, txn: "k2") }
            #expect(bench.state.event(events[1])?.redactions.count == 2)
        }
    }

    @Test func `a rate limit answers 429 until an override lifts it, and never to an application service`() async throws {
        var settings = SandboxSettings()
        settings.messageRate = SandboxRate(perSecond: 0.001, burst: 2)
        try await Bench.run(settings: settings) { bench in
            let spam = try bench.state.seedSpam(rooms: 1, messagesPerRoom: 8)
            let room = spam.rooms[0]
            let events = spam.messages[room] ?? []
            let override = "/_synapse/admin/v1/users/\(encoded(spam.spammer))/override_ratelimit"
            for index in 0..<2 {
                #expect(try await bench.redact(events[index], in: room, spam.spammerToken, txn: "\(index)").status == 200)
            }
            let limited = try await bench.redact(events[2], in: room, spam.spammerToken, txn: "2")
            #expect(limited.status == 429)
            #expect((limited.json["retry_after_ms"]?.number ?? 0) > 0)
            let service = bench.state.settings.applicationServiceToken ?? ""
            let query = "?user_id=\(encoded(spam.spammer))"
            #expect(try await bench.redact(events[3], in: room, service, txn: "3", query: query).status == 200)

            #expect(try await bench.get(override, bench.admin).json == [:])
            let lifted: SandboxJSON = ["messages_per_second": 0, "burst_count": 0]
            #expect(try await bench.post(override, bench.admin, lifted).json == lifted)
            for index in 4..<8 {
                #expect(try await bench.redact(events[index], in: room, spam.spammerToken, txn: "\(index)").status == 200)
            }
            #expect(try await bench.delete(override, bench.admin).json == [:])
            #expect(try await bench.get(override, bench.admin).json == [:])
        }
    }

    @Test func `messages and rooms made over HTTP are there`() async throws {
        try await Bench.run { bench in
            let user = try bench.state.createUser("user")
            let made = try await bench.post("/_matrix/client/v3/createRoom", bench.admin, ["name": "Hall"])
            let room = try #require(made.json["room_id"]?.text)
            let path = "/_matrix/client/v3/rooms/\(encoded(room))"
            #expect(try await bench.put("\(path)/send/m.room.message/1", user, ["body": "x"]).status == 403)
            #expect(try await bench.post("/_matrix/client/v3/join/\(encoded(room))", user).json == ["room_id": .string(room)])
            #expect(try await bench.put("\(path)/send/m.room.message/1", user, ["body": "x"]).status == 200)
            #expect(bench.state.messages(in: room).map(\.sender) == ["@user:sandbox.test"])
            #expect(try await bench.post("\(path)/kick", bench.admin, ["user_id": "@user:sandbox.test"]).status == 200)
            #expect(try await bench.post("\(path)/forget", user).status == 200)
            #expect(try await bench.post("\(path)/ban", bench.admin, ["user_id": "@user:sandbox.test"]).status == 200)
            #expect(try await bench.post("\(path)/join", user).status == 403)
            #expect(try await bench.post("\(path)/leave", bench.admin).status == 200)
            #expect(bench.state.membership(of: "@user:sandbox.test", in: room) == .ban)
        }
    }
}
