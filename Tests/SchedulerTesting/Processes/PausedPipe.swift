import FoundationEssentials
import Glibc

/// A named pipe that a process can be given as standard error, and that is read only when the test says so.
public final class PausedPipe: Sendable {
    /// Where it is.
    public let path: String
    private let descriptor: Int32

    /// Makes one of the smallest size, a page, so that little fills it; it goes with the object.
    public init() throws {
        path = "\(FileManager.default.temporaryDirectory.path)/muster-pipe-\(UUID().uuidString)"
        guard mkfifo(path, 0o600) == 0 else { throw NotInTime(description: "no pipe at \(path): \(String(cString: strerror(errno)))") }
        descriptor = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC)
        let setPipeSize: Int32 = 1031
        _ = fcntl(descriptor, setPipeSize, 4096)
    }

    deinit {
        close(descriptor)
        unlink(path)
    }

    /// A command that becomes the one that follows it, with its standard error going to this pipe.
    public var wrapper: [String] { ["sh", "-c", "exec \"$@\" 2>\(path)", "sh"] }

    /// Reads what is there, without waiting.
    public func read() -> String {
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 4096)
        while case let count = Glibc.read(descriptor, &part, part.count), count > 0 { bytes += part[..<count] }
        return String(decoding: bytes, as: UTF8.self)
    }
}
