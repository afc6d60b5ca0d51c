import Foundation
import Glibc

/// A TCP connection to a listener of this machine that sends bytes as they are, however wrong.
///
/// Its calls block, so each runs on a thread of its own: the threads of the cooperative pool, and Dispatch's, are few.
public enum RawConnection {
    /// What came back.
    public struct Exchange: Sendable {
        /// Everything that was received, as text.
        public let text: String
        /// Whether the other side closed the connection.
        public let isClosed: Bool
        /// How many parts were sent before it did.
        public let sent: Int

        /// How many answers there are in it.
        public var answers: Int { text.components("HTTP/1.1 ") }

        /// The status code of the first answer.
        public var status: Int? { text.hasPrefix("HTTP/1.1 ") ? Int(text.dropFirst(9).prefix(3)) : nil }
    }

    /// Sends the parts, with a pause after each, and reads until the other side closes or `patience` has passed.
    ///
    /// - Parameters:
    ///   - pause: milliseconds between two parts, in which answers are read too
    ///   - patience: milliseconds to wait for the end after the last part; 0 closes at once
    ///   - halfCloses: whether to say after the last part that no more comes, and go on reading
    public static func exchange(
        port: Int, _ parts: [String], pause: Int32 = 0, patience: Int32 = 20_000, halfCloses: Bool = false
    ) async throws -> Exchange {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(with: Result { try blocking(port, parts.map { Array($0.utf8) }, pause, patience, halfCloses) })
            }
        }
    }

    private static func blocking(
        _ port: Int, _ parts: [[UInt8]], _ pause: Int32, _ patience: Int32, _ halfCloses: Bool
    ) throws -> Exchange {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw NotInTime(description: "no socket: \(errno)") }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { throw NotInTime(description: "port \(port) cannot be reached: \(errno)") }
        var received: [UInt8] = []
        var isClosed = false
        var sent = 0
        for part in parts where !isClosed {
            var offset = 0
            while offset < part.count {
                let count = part[offset...].withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
                guard count > 0 else { break }
                offset += count
            }
            sent += 1
            if pause > 0 { isClosed = read(descriptor, &received, pause) }
        }
        if halfCloses { _ = shutdown(descriptor, Int32(SHUT_WR)) }
        while !isClosed {
            let before = received.count
            isClosed = read(descriptor, &received, patience)
            if !isClosed, received.count == before { break }
        }
        return Exchange(text: String(decoding: received, as: UTF8.self), isClosed: isClosed, sent: sent)
    }

    /// Reads what comes within so many milliseconds; true when the other side has closed.
    private static func read(_ descriptor: Int32, _ received: inout [UInt8], _ milliseconds: Int32) -> Bool {
        var event = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&event, 1, milliseconds) > 0 else { return false }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        guard count > 0 else { return true }
        received += buffer[..<count]
        return false
    }
}

extension String {
    fileprivate func components(_ separator: String) -> Int {
        var count = 0
        var rest = self[...]
        while let range = rest.firstRange(of: separator) {
            count += 1
            rest = rest[range.upperBound...]
        }
        return count
    }
}
