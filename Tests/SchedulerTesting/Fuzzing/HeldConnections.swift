import Foundation
import Glibc

/// Many TCP connections to a listener of this machine that are held open, send what they are told to and read nothing.
///
/// Not meant to be shared: one test opens, asks and closes them. Opening and sending never wait for the other side.
public struct HeldConnections: ~Copyable, Sendable {
    /// `POLLRDHUP`, which Glibc shows to GNU programs only.
    private static let peerEnded: Int16 = 0x2000

    private let descriptors: [Int32]

    /// Opens connections, one after the other, and sends the same bytes on each, as far as the kernel takes them.
    ///
    /// - Parameters:
    ///   - receiveBuffer: bytes of the socket's receive buffer; nil leaves it to the system
    ///   - send: nothing leaves them idle
    /// - Throws: ``NotInTime`` when one cannot be opened within ten seconds.
    public static func open(_ count: Int, port: Int, receiveBuffer: Int32? = nil, send text: String = "") async throws
        -> HeldConnections
    {
        let bytes = Array(text.utf8)
        let descriptors: [Int32] = try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(with: Result { try open(count, UInt16(port), receiveBuffer, bytes) })
            }
        }
        return HeldConnections(descriptors: descriptors)
    }

    deinit { for descriptor in descriptors { Glibc.close(descriptor) } }

    /// How many the other side has closed.
    public var closed: Int {
        descriptors.count { descriptor in
            var event = pollfd(fd: descriptor, events: Self.peerEnded, revents: 0)
            return poll(&event, 1, 0) > 0 && event.revents & (Self.peerEnded | Int16(POLLHUP | POLLERR)) != 0
        }
    }

    /// Sends further bytes on one of them.
    public func send(_ text: String, on number: Int) {
        let bytes = Array(text.utf8)
        _ = Glibc.send(descriptors[number], bytes, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
    }

    /// Takes what has come on one of them, at most so many bytes, and says how many it was.
    public func take(_ count: Int, from number: Int) -> Int {
        var buffer = [UInt8](repeating: 0, count: count)
        return max(recv(descriptors[number], &buffer, count, Int32(MSG_DONTWAIT)), 0)
    }

    private static func open(_ count: Int, _ port: UInt16, _ buffer: Int32?, _ bytes: [UInt8]) throws -> [Int32] {
        raiseLimit()
        var descriptors: [Int32] = []
        do {
            for _ in 0..<count {
                let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
                guard descriptor >= 0 else { throw NotInTime(description: "no socket: \(errno)") }
                descriptors.append(descriptor)
                try connect(descriptor, port, buffer)
                guard !bytes.isEmpty else { continue }
                _ = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
            }
        } catch {
            for descriptor in descriptors { Glibc.close(descriptor) }
            throw error
        }
        return descriptors
    }

    private static func connect(_ descriptor: Int32, _ port: UInt16, _ buffer: Int32?) throws {
        if var size = buffer {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        // Bounds the connect too.
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else { throw NotInTime(description: "port \(port) cannot be reached: \(errno)") }
    }

    /// The test process needs as many files as the process under test.
    private static func raiseLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
