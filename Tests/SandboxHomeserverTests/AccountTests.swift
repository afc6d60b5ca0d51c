import SandboxHomeserver
import Testing

@Suite(.timeLimit(.minutes(1)))
struct AccountTests {
    @Test func `tokens are told apart as Synapse tells them apart`() async throws {
        try await Bench.run { bench in
            let user = try bench.state.createUser("user")
            let path = "/_synapse/admin/v1/users/\(encoded("@admin:sandbox.test"))/admin"
            #expect(try await bench.get(path).errcode == "M_MISSING_TOKEN")
            let unknown = try await bench.get(path, "nonsense")
            #expect(unknown.status == 401)
            #expect(unknown.errcode == "M_UNKNOWN_TOKEN")
            #expect(unknown.json["soft_logout"] == false)
            let forbidden = try await bench.get(path, user)
            #expect(forbidden.status == 403)
            #expect(forbidden.errcode == "M_FORBIDDEN")
            #expect(try await bench.get(path, bench.admin).json == ["admin": true])
            #expect(try await bench.get("/_synapse/admin/v1/server_version").json == ["server_version": "1.163.2"])
        }
    }

    @Test func `a puppet token acts as the user without a device until logged out`() async throws {
        try await Bench.run { bench in
            try bench.state.createUser("spammer")
            let login = try await bench.post("/_synapse/admin/v1/users/%40spammer%3Asandbox.test/login", bench.admin)
            let token = try #require(login.json["access_token"]?.text)
            let who = try await bench.get("/_matrix/client/v3/account/whoami", token)
            #expect(who.json == ["user_id": "@spammer:sandbox.test", "is_guest": false])
            #expect(try await bench.post("/_matrix/client/v3/logout", token).status == 200)
            #expect(try await bench.get("/_matrix/client/v3/account/whoami", token).errcode == "M_UNKNOWN_TOKEN")
        }
    }

    @Test func `an expired puppet token asks for a soft logout`() async throws {
        try await Bench.run { bench in
            try bench.state.createUser("spammer")
            let login = try await bench.post(
                "/_synapse/admin/v1/users/%40spammer%3Asandbox.test/login", bench.admin, ["valid_until_ms": 1])
            let who = try await bench.get("/_matrix/client/v3/account/whoami", login.json["access_token"]?.text)
            #expect(who.errcode == "M_UNKNOWN_TOKEN")
            #expect(who.json["soft_logout"] == true)
        }
    }

    @Test func `an application service acts as a user only with a device that exists`() async throws {
        try await Bench.run { bench in
            try bench.state.createUser("spammer")
            let token = try #require(bench.state.settings.applicationServiceToken)
            let user = "/_synapse/admin/v2/users/%40spammer%3Asandbox.test/devices"
            let path = "/_matrix/client/v3/account/whoami?user_id=%40spammer%3Asandbox.test&device_id=JOB1"
            #expect(try await bench.get(path, token).errcode == "M_UNKNOWN_DEVICE")
            #expect(try await bench.post(user, bench.admin, ["device_id": "JOB1"]).status == 201)
            #expect(try await bench.post(user, bench.admin, ["device_id": "JOB1"]).status == 201)
            #expect(try await bench.get(path, token).json["device_id"] == "JOB1")
            #expect(try await bench.delete(user + "/JOB1", bench.admin).status == 200)
            #expect(bench.state.devices(of: "@spammer:sandbox.test") == ["FIRST"])
            let stranger = try await bench.get("/_matrix/client/v3/account/whoami?user_id=%40x%3Aelsewhere.test", token)
            #expect(stranger.status == 403)
            let asAdmin = try await bench.get("/_synapse/admin/v1/rooms?user_id=%40admin%3Asandbox.test", token)
            #expect(asAdmin.status == 200)
        }
    }

    @Test func `a locked user's token is refused, the application service is not`() async throws {
        try await Bench.run { bench in
            let token = try bench.state.createUser("spammer")
            bench.state.setLocked(true, user: "@spammer:sandbox.test")
            let locked = try await bench.get("/_matrix/client/v3/account/whoami", token)
            #expect(locked.status == 401)
            #expect(locked.errcode == "M_USER_LOCKED")
            let service = bench.state.settings.applicationServiceToken
            let path = "/_matrix/client/v3/account/whoami?user_id=%40spammer%3Asandbox.test"
            #expect(try await bench.get(path, service).status == 200)
        }
    }

    @Test func `memberships list left, kicked, banned and forgotten rooms, joined_rooms only joined ones`() async throws {
        try await Bench.run { bench in
            let state = bench.state
            try state.createUser("spammer")
            let user = "@spammer:sandbox.test"
            let rooms = try (0..<5).map { _ in try state.createRoom(creator: "@admin:sandbox.test") }
            for room in rooms { try state.join(user, to: room) }
            try state.leave(user, from: rooms[1])
            try state.kick(user, from: rooms[2])
            try state.ban(user, from: rooms[3])
            try state.leave(user, from: rooms[4])
            try state.forget(rooms[4], by: user)
            let memberships = try await bench.get("/_synapse/admin/v1/users/\(encoded(user))/memberships", bench.admin)
            #expect(
                memberships.json["memberships"]
                    == .object([rooms[0]: "join", rooms[1]: "leave", rooms[2]: "leave", rooms[3]: "ban", rooms[4]: "leave"]))
            let joined = try await bench.get("/_synapse/admin/v1/users/\(encoded(user))/joined_rooms", bench.admin)
            #expect(joined.json == ["joined_rooms": [.string(rooms[0])], "total": 1])
        }
    }
}
