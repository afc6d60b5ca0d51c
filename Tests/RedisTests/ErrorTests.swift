import Testing

@testable import Redis

struct ErrorTests {
    // I11
    @Test(arguments: [
        ("WRONGPASS invalid username-password pair: hunter2", "WRONGPASS", RedisError.Code.authentication),
        ("NOAUTH Authentication required.", "NOAUTH", .authentication),
        ("ERR AUTH <hunter2> called without any password configured", "ERR", .server),
        ("hunter2 is no password", "an error of an unknown kind", .server), ("HUNTER2", "an error of an unknown kind", .server),
        ("", "an error of an unknown kind", .server),
    ])
    func `of an answer only its code is shown: its words may repeat a password`(text: String, shown: String, code: RedisError.Code) {
        #expect(RedisError(serverText: text) == RedisError(code: code, message: "Redis answered: \(shown)"))
    }
}
