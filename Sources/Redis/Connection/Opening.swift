import CHiredis
import Glibc

/// Connects and introduces this process: resolves the name, waits for the server, `AUTH`, `SELECT`, `PING`.
///
/// It blocks, so it runs on the connection's thread.
enum Opening {
    static func connect(_ configuration: RedisConfiguration) throws -> RedisWire {
        // hiredis writes without MSG_NOSIGNAL: a server that has gone would end the program. The signal is blocked on this thread alone.
        var pipeSignal = sigset_t()
        sigemptyset(&pipeSignal)
        sigaddset(&pipeSignal, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &pipeSignal, nil)

        let wire = try RedisWire(try context(configuration), deadline: .now + configuration.commandTimeout)
        do {
            try introduce(wire, configuration)
        } catch let error as RedisError where error.code == .connectionLost {
            throw RedisError(
                code: .connectFailed,
                message: "Redis at \(configuration.address) took the connection but gave no answer; check that it is not overloaded")
        }
        return wire
    }

    private static func context(_ configuration: RedisConfiguration) throws -> UnsafeMutablePointer<redisContext> {
        let limit = configuration.connectTimeout.components
        let timeout = timeval(tv_sec: Int(limit.seconds), tv_usec: Int(limit.attoseconds / 1_000_000_000_000))
        let opened: UnsafeMutablePointer<redisContext>?
        if let path = configuration.path {
            // hiredis would cut a longer one off without a word.
            guard path.utf8.count <= 107 else {
                throw RedisError(code: .invalidUse, message: "the path of a Unix socket has at most 107 bytes; choose a shorter one")
            }
            opened = redisConnectUnixWithTimeout(path, timeout)
        } else {
            guard (1...65535).contains(configuration.port) else {
                throw RedisError(code: .invalidUse, message: "\(configuration.port) is no port; choose one from 1 to 65535")
            }
            opened = redisConnectWithTimeout(configuration.host, Int32(configuration.port), timeout)
        }
        guard let opened else { throw RedisError(code: .connectFailed, message: "no memory for the connection") }
        guard opened.pointee.err == 0 else {
            defer { redisFree(opened) }
            let reason = withUnsafeBytes(of: opened.pointee.errstr) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            throw RedisError(code: .connectFailed, message: "no connection to Redis at \(configuration.address): \(reason)")
        }
        // The kernel then notices a vanished host even while nothing is sent; without it, the next command's timeout does.
        if configuration.path == nil { _ = redisEnableKeepAlive(opened) }
        return opened
    }

    private static func introduce(_ wire: RedisWire, _ configuration: RedisConfiguration) throws {
        var steps: [(arguments: [String], remedy: String)] = []
        if let password = configuration.password {
            steps.append((["AUTH"] + (configuration.username.map { [$0] } ?? []) + [password], "check Redis's user and password"))
        }
        if configuration.database != 0 { steps.append((["SELECT", String(configuration.database)], "check the database number")) }
        steps.append((["PING"], "check Redis's user and password"))
        try wire.send(steps.map { $0.arguments.map { Array($0.utf8) } })
        for step in steps {
            guard case .error(let text) = try wire.nextReply() else { continue }
            // A user that may do nothing but publish is welcome all the same.
            if step.arguments == ["PING"], text.hasPrefix("NOPERM") { continue }
            let error = RedisError(serverText: text)
            let isRefused = error.code == .authentication || step.arguments.first == "AUTH"
            throw RedisError(code: isRefused ? .authentication : .connectFailed, message: "\(error.message); \(step.remedy)")
        }
    }
}
