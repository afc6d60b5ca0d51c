import Glibc
import Synchronization

/// A terminal with a test at its keyboard: what is started on it sees a person there.
public final class PseudoTerminal: Sendable {
    private let keyboard: Int32
    private let device: String
    private let bytes = Mutex<[UInt8]>([])

    /// Makes one; it goes with the object, and hangs up on whatever still runs on it.
    public init() throws {
        var (master, slave): (Int32, Int32) = (-1, -1)
        guard openpty(&master, &slave, nil, nil, nil) == 0 else {
            throw NotInTime(description: "no pseudo-terminal: \(String(cString: strerror(errno)))")
        }
        defer { close(slave) }
        var name = [CChar](repeating: 0, count: 128)
        ttyname_r(slave, &name, name.count)
        device = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        keyboard = master
        // Reads what is there, and is not inherited: the last who has it hangs up.
        _ = fcntl(master, F_SETFL, O_RDWR | O_NONBLOCK)
        _ = fcntl(master, F_SETFD, FD_CLOEXEC)
    }

    deinit { close(keyboard) }

    /// A command that becomes the one that follows it, in a session of its own whose terminal this is.
    ///
    /// An interrupt that is typed reaches it.
    public var wrapper: [String] { ["setsid", "--wait", "sh", "-c", "exec \"$@\" <>\(device) 1>&0 2>&0", "sh"] }

    /// All that was shown so far, what was typed included; lines end with `\n`.
    public var screen: String {
        bytes.withLock { bytes in
            var part = [UInt8](repeating: 0, count: 4096)
            while case let count = read(keyboard, &part, part.count), count > 0 { bytes += part[..<count] }
            return String(decoding: bytes.filter { $0 != UInt8(ascii: "\r") }, as: UTF8.self)
        }
    }

    /// Presses keys: `\n` is the return key, `\u{3}` an interrupt, `\u{4}` the end of input.
    public func type(_ keys: String) throws {
        let typed = Array(keys.utf8)
        guard write(keyboard, typed, typed.count) == typed.count else {
            throw NotInTime(description: "nothing could be typed: \(String(cString: strerror(errno)))")
        }
    }
}
