import Foundation
import Glibc
import Synchronization

/// A TCP proxy before a port of 127.0.0.1 that can cut its connections after a number of bytes, or stop carrying them without a word.
///
/// Each connection has a thread of its own, which is right for a handful of connections in a test.
final class TCPProxy: Sendable {
    /// What is wrong with the network.
    enum Fault: Sendable {
        /// Nothing.
        case none
        /// A connection is cut when this many bytes have come from the client since the fault began; once.
        case cutAfter(fromClient: Int)
        /// A connection is cut when this many bytes have come from the server since the fault began; once.
        case cutAnswerAfter(fromServer: Int)
        /// Connections stay open and carry nothing; new ones are accepted and carry nothing either.
        case silence
    }

    private struct State {
        var fault = Fault.none
        var fromClient = 0
        var fromServer = 0
        var hasFired = false
        var isClosed = false
    }

    /// Where it listens.
    let port: Int
    private let target: Int
    private let listener: Int32
    private let state = Mutex(State())

    init(to target: Int) throws {
        self.target = target
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = Self.address(0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let socket = listener
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { general in
                bind(socket, general, length) == 0 && listen(socket, 64) == 0 ? getsockname(socket, general, &length) : -1
            }
        }
        guard status == 0 else { throw POSIXError(.EADDRINUSE) }
        port = Int(UInt16(bigEndian: address.sin_port))
        let accepting = Thread { [weak self] in
            while true {
                let client = accept(socket, nil, nil)
                guard client >= 0, let self, !self.state.withLock({ $0.isClosed }) else {
                    if client >= 0 { Glibc.close(client) }
                    return
                }
                let carrying = Thread { self.carry(client) }
                carrying.start()
            }
        }
        accepting.start()
    }

    /// Makes something wrong from now on; counts begin anew.
    func begin(_ fault: Fault) {
        state.withLock { state in
            state.fault = fault
            state.fromClient = 0
            state.fromServer = 0
            state.hasFired = false
        }
    }

    /// Whether a cut has happened since the fault began.
    var hasFired: Bool { state.withLock { $0.hasFired } }

    /// Bytes that came since the fault began.
    var counts: (fromClient: Int, fromServer: Int) { state.withLock { ($0.fromClient, $0.fromServer) } }

    /// Cuts everything and accepts nothing more.
    func close() {
        state.withLock { $0.isClosed = true }
        _ = shutdown(listener, Int32(SHUT_RDWR))
        Glibc.close(listener)
    }

    private func carry(_ client: Int32) {
        let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer {
            Glibc.close(client)
            Glibc.close(server)
        }
        var address = Self.address(target)
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(server, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
        guard connected == 0 else { return }
        var buffer = [UInt8](repeating: 0, count: 16_384)
        var watched = [pollfd(fd: client, events: Int16(POLLIN), revents: 0), pollfd(fd: server, events: Int16(POLLIN), revents: 0)]
        while !state.withLock({ $0.isClosed }) {
            guard poll(&watched, 2, 50) >= 0 else { return }
            if case .silence = state.withLock({ $0.fault }) {
                // Nothing is read and nothing is written: to both sides the other has vanished. Do not spin on what waits to be read.
                if watched.contains(where: { $0.revents != 0 }) { usleep(20_000) }
                continue
            }
            for side in 0..<2 where watched[side].revents != 0 {
                let count = read(watched[side].fd, &buffer, buffer.count)
                guard count > 0 else { return }
                let allowed = allow(count, fromClient: side == 0)
                guard send(buffer, allowed, to: watched[1 - side].fd), allowed == count else { return }
            }
        }
    }

    private func send(_ buffer: [UInt8], _ count: Int, to descriptor: Int32) -> Bool {
        var sent = 0
        while sent < count {
            let written = buffer.withUnsafeBytes { bytes in
                bytes.baseAddress.map { Glibc.send(descriptor, $0 + sent, count - sent, Int32(MSG_NOSIGNAL)) } ?? -1
            }
            guard written > 0 else { return false }
            sent += written
        }
        return true
    }

    // How much of what came goes through; less than all of it means that the connection is cut here.
    private func allow(_ count: Int, fromClient: Bool) -> Int {
        state.withLock { state in
            let before = fromClient ? state.fromClient : state.fromServer
            if fromClient { state.fromClient += count } else { state.fromServer += count }
            let limit: Int
            switch state.fault {
            case .cutAfter(let bytes) where fromClient: limit = bytes
            case .cutAnswerAfter(let bytes) where !fromClient: limit = bytes
            default: return count
            }
            guard !state.hasFired, before + count > limit else { return count }
            state.hasFired = true
            return max(0, limit - before)
        }
    }

    private static func address(_ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }
}
