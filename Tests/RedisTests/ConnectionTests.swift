import Redis
import SchedulerTesting
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ConnectionTests {
    @Test func `a wrong password is said clearly and is not repeated`() async throws {
        try await TestRedis.with(options: ["--requirepass", "right-secret"]) { server in
            var configuration = RedisConfiguration(path: server.path, password: "wrong-secret")
            let wrong = try await redisError { _ = try await RedisConnection.connect(configuration) }
            #expect(wrong?.code == .authentication)
            #expect(wrong?.message.contains("check Redis's user and password") == true)
            // I11
            #expect("\(String(describing: wrong)) \(configuration) \(String(reflecting: configuration))".contains("secret") == false)

            configuration.password = nil
            let absent = try await redisError { _ = try await RedisConnection.connect(configuration) }
            #expect(absent?.code == .authentication)

            configuration.password = "right-secret"
            let connection = try await RedisConnection.connect(configuration)
            let echo = try await connection.command(["ECHO".bytes, "hello".bytes])
            #expect(echo == .string("hello".bytes))
            await connection.close()
        }
    }

    @Test func `a user with a password of its own can log in`() async throws {
        try await TestRedis.with(options: ["--user", "muster", "on", ">secret", "~*", "&*", "+@all"]) { server in
            let configuration = RedisConfiguration(path: server.path, username: "muster", password: "secret")
            let connection = try await RedisConnection.connect(configuration)
            let user = try await connection.command(["ACL".bytes, "WHOAMI".bytes])
            #expect(user == .string("muster".bytes))
            await connection.close()
        }
    }

    @Test func `the chosen database is used`() async throws {
        let path = try await TestRedis.shared().path
        let third = try await RedisConnection.connect(RedisConfiguration(path: path, database: 3))
        let first = try await RedisConnection.connect(RedisConfiguration(path: path))
        #expect(try await third.command(["SET".bytes, "chosen".bytes, "3".bytes]) == .status("OK"))
        #expect(try await third.command(["GET".bytes, "chosen".bytes]) == .string("3".bytes))
        #expect(try await first.command(["GET".bytes, "chosen".bytes]) == .null)
        await third.close()
        await first.close()
        let none = try await redisError { _ = try await RedisConnection.connect(RedisConfiguration(path: path, database: 99)) }
        #expect(none?.message.contains("check the database number") == true)
    }

    @Test func `a server that is not there is named in the error`() async throws {
        let missing = try await redisError { _ = try await RedisConnection.connect(RedisConfiguration(path: "/nowhere/redis.sock")) }
        #expect(missing?.code == .connectFailed)
        #expect(missing?.message.contains("/nowhere/redis.sock") == true)
        let refused = try await redisError { _ = try await RedisConnection.connect(RedisConfiguration(host: "127.0.0.1", port: 1)) }
        #expect(refused?.message.contains("127.0.0.1:1") == true)
        let long = RedisConfiguration(path: "/" + String(repeating: "x", count: 107))
        #expect(try await redisError { _ = try await RedisConnection.connect(long) }?.code == .invalidUse)
    }

    @Test func `a refused command throws the server's code and none of its words and leaves the connection usable`() async throws {
        let connection = try await RedisConnection.connect(RedisConfiguration(path: try await TestRedis.shared().path))
        let refused = try await redisError { _ = try await connection.command(["NONSENSE".bytes, "private".bytes]) }
        #expect(refused?.code == .server)
        #expect(refused?.message == "Redis answered: ERR")
        #expect(refused?.message.contains("private") == false)  // I11
        #expect(try await connection.command(["PING".bytes]) == .status("PONG"))
        await connection.close()
        #expect(try await redisError { _ = try await connection.command(["PING".bytes]) }?.code == .connectionLost)
    }

    @Test func `answers of every kind are read`() async throws {
        let connection = try await RedisConnection.connect(RedisConfiguration(path: try await TestRedis.shared().path))
        let script = "return {1, 'a', false, {2, redis.status_reply('fine')}, redis.error_reply('ERR bad')}"
        let reply = try await connection.command(["EVAL".bytes, script.bytes, "0".bytes])
        #expect(reply == .array([.integer(1), .string("a".bytes), .null, .array([.integer(2), .status("fine")]), .error("ERR bad")]))
        await connection.close()
    }
}
